package dev.lockstep.inference.serving;

import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tensors as the binary tensor data extension has them: elements little-endian, row by row, without
 * gaps; a BOOL is one byte, 0 or 1; an element of BYTES is its length in four bytes, unsigned, and
 * then itself.
 *
 * <p>Pure: bytes in, a tensor or a complaint out. Numbers are not copied but seen where they lie;
 * nothing is allocated that is larger than what was sent.
 *
 * @see <a
 *     href="https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/protocol/extension_binary_data.html">Binary
 *     tensor data extension</a>
 */
public final class BinaryTensors {
  private static final int LENGTH_BYTES = Integer.BYTES;

  private BinaryTensors() {}

  /** What came of reading one tensor. */
  public sealed interface Read {
    record Whole(Tensor tensor) implements Read {}

    /** Bytes that are no such tensor; what was seen and what is allowed. */
    record Malformed(String problem) implements Read {}
  }

  /**
   * Reads a tensor.
   *
   * @param shape sizes of 0 or more
   * @param data all of the tensor's bytes and no others; they become the tensor's own
   */
  public static Read read(ElementType type, List<Long> shape, ByteBuffer data) {
    Optional<Integer> elements = elements(shape);
    if (elements.isEmpty()) {
      return new Read.Malformed("has the shape %s, more than a tensor can hold".formatted(shape));
    }
    return type == ElementType.BYTES
        ? strings(shape, elements.get(), data.slice().order(ByteOrder.LITTLE_ENDIAN))
        : numbers(type, shape, elements.get(), data);
  }

  private static Optional<Integer> elements(List<Long> shape) {
    try {
      return Optional.of(Tensor.sizeOf(shape));
    } catch (ArithmeticException _) {
      return Optional.empty();
    }
  }

  private static Read numbers(ElementType type, List<Long> shape, int elements, ByteBuffer data) {
    long needed = (long) elements * type.bytes();
    if (needed != data.remaining()) {
      return new Read.Malformed(
          "has %d bytes; %d elements of %s are %d"
              .formatted(data.remaining(), elements, type, needed));
    }
    Tensor.Numbers tensor = new Tensor.Numbers(type, shape, data);
    if (type == ElementType.BOOL) {
      ByteBuffer bools = tensor.data();
      for (int i = 0; i < elements; i++) {
        // Any other value is undefined to a device.
        if (bools.get(i) != 0 && bools.get(i) != 1) {
          return new Read.Malformed(
              "has the byte %d at element %d; a BOOL is 0 or 1".formatted(bools.get(i) & 0xff, i));
        }
      }
    }
    return new Read.Whole(tensor);
  }

  private static Read strings(List<Long> shape, int elements, ByteBuffer data) {
    if ((long) elements * LENGTH_BYTES > data.remaining()) {
      return new Read.Malformed(
          "has %d bytes; %d elements of BYTES have lengths of %d bytes each before them"
              .formatted(data.remaining(), elements, LENGTH_BYTES));
    }
    List<byte[]> strings = new ArrayList<>(elements);
    for (int i = 0; i < elements; i++) {
      if (data.remaining() < LENGTH_BYTES) {
        return new Read.Malformed(
            "ends within the length of element %d of %d".formatted(i, elements));
      }
      long length = Integer.toUnsignedLong(data.getInt());
      if (length > data.remaining()) {
        return new Read.Malformed(
            "says that element %d has %d bytes; %d are left"
                .formatted(i, length, data.remaining()));
      }
      byte[] string = new byte[(int) length];
      data.get(string);
      if (!isUtf8(string)) {
        return new Read.Malformed(
            "has an element %d that is not UTF-8; strings of ONNX are".formatted(i));
      }
      strings.add(string);
    }
    if (data.hasRemaining()) {
      return new Read.Malformed(
          "has %d bytes after its %d elements".formatted(data.remaining(), elements));
    }
    return new Read.Whole(new Tensor.Strings(shape, strings));
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }

  /** How many bytes {@link #write} puts. */
  public static long size(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Numbers numbers -> numbers.data().remaining();
      case Tensor.Strings(List<Long> _, List<byte[]> elements) ->
          elements.stream().mapToLong(element -> LENGTH_BYTES + element.length).sum();
    };
  }

  /** Puts a tensor at the buffer's position. */
  public static void write(Tensor tensor, ByteBuffer to) {
    switch (tensor) {
      case Tensor.Numbers numbers -> to.put(numbers.data());
      case Tensor.Strings(List<Long> _, List<byte[]> elements) -> {
        ByteOrder order = to.order();
        to.order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] element : elements) {
          to.putInt(element.length).put(element);
        }
        to.order(order);
      }
    }
  }
}
