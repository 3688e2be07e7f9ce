package dev.lockstep.inference.http;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A body of the binary tensor data extension, cut in two: a JSON object, whose length the header
 * {@value #HEADER} says, and the tensors' bytes behind it. Without the header all of it is JSON.
 *
 * <p>Pure: it looks at lengths alone.
 */
sealed interface InferFrame {
  String HEADER = "Inference-Header-Content-Length";

  /**
   * A body that can be cut.
   *
   * @param jsonBytes from the start
   * @param tensors the rest, seen where it lies
   */
  record Cut(int jsonBytes, ByteBuffer tensors) implements InferFrame {}

  /** What the header says cannot be. */
  record Malformed(String problem) implements InferFrame {}

  static InferFrame of(byte[] body, Optional<String> header) {
    if (header.isEmpty()) {
      return new Cut(body.length, ByteBuffer.allocate(0));
    }
    String said = header.get().strip();
    Optional<Integer> length = length(said);
    if (length.isEmpty() || length.get() > body.length) {
      return new Malformed(
          "is %s; the JSON has from 0 to %d bytes, as many as the body"
              .formatted(length.map(String::valueOf).orElse("no number"), body.length));
    }
    int json = length.get();
    return new Cut(json, ByteBuffer.wrap(body, json, body.length - json).slice());
  }

  private static Optional<Integer> length(String said) {
    // Digits alone: parseInt would take a sign too.
    if (said.isEmpty() || !said.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
      return Optional.empty();
    }
    try {
      return Optional.of(Integer.parseInt(said));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }
}
