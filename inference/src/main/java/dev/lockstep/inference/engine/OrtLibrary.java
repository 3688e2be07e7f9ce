package dev.lockstep.inference.engine;

import ai.onnxruntime.OrtEnvironment;
import java.util.concurrent.CompletableFuture;

/**
 * Loads ONNX Runtime, on a thread with a deep stack.
 *
 * <p>While it starts, ONNX Runtime 1.29.0 matches the process's command line against a regular
 * expression whose matcher recurses with every character. On a thread of the usual 1 MB a command
 * line of some thousand characters, as a long class path makes it, overflows the stack, and the JVM
 * dies without a word. The depth costs address space, not memory.
 */
final class OrtLibrary {
  private static final long DEEP_STACK_BYTES = 256L << 20;

  private OrtLibrary() {}

  static OrtEnvironment environment() {
    CompletableFuture<OrtEnvironment> environment = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("onnx-runtime-start")
        .stackSize(DEEP_STACK_BYTES)
        .start(() -> {
          try {
            environment.complete(OrtEnvironment.getEnvironment());
          } catch (Throwable failed) {
            environment.completeExceptionally(failed);
          }
        });
    return environment.join();
  }
}
