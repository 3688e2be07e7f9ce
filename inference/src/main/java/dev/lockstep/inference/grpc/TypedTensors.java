package dev.lockstep.inference.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.grpc.oip.InferTensorContents;
import dev.lockstep.inference.serving.ApiException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tensors as {@code InferTensorContents}: each datatype in a list of its own kind, but for those of
 * 16 bits with a fraction, for which protocol buffers have none.
 */
final class TypedTensors {
  private TypedTensors() {}

  /** The list that holds a datatype. */
  private enum Field {
    BOOL_CONTENTS,
    INT_CONTENTS,
    INT64_CONTENTS,
    UINT_CONTENTS,
    UINT64_CONTENTS,
    FP32_CONTENTS,
    FP64_CONTENTS,
    BYTES_CONTENTS;

    int count(InferTensorContents contents) {
      return switch (this) {
        case BOOL_CONTENTS -> contents.getBoolContentsCount();
        case INT_CONTENTS -> contents.getIntContentsCount();
        case INT64_CONTENTS -> contents.getInt64ContentsCount();
        case UINT_CONTENTS -> contents.getUintContentsCount();
        case UINT64_CONTENTS -> contents.getUint64ContentsCount();
        case FP32_CONTENTS -> contents.getFp32ContentsCount();
        case FP64_CONTENTS -> contents.getFp64ContentsCount();
        case BYTES_CONTENTS -> contents.getBytesContentsCount();
      };
    }

    /** As the protocol writes it. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static Optional<Field> field(ElementType type) {
    return switch (type) {
      case BOOL -> Optional.of(Field.BOOL_CONTENTS);
      case INT8, INT16, INT32 -> Optional.of(Field.INT_CONTENTS);
      case INT64 -> Optional.of(Field.INT64_CONTENTS);
      case UINT8 -> Optional.of(Field.UINT_CONTENTS);
      case FP32 -> Optional.of(Field.FP32_CONTENTS);
      case FP64 -> Optional.of(Field.FP64_CONTENTS);
      case BYTES -> Optional.of(Field.BYTES_CONTENTS);
      case FP16, BF16 -> Optional.empty();
    };
  }

  /** Whether there is a list for it. */
  static boolean hasForm(ElementType type) {
    return field(type).isPresent();
  }

  /**
   * Reads a tensor.
   *
   * @param shape sizes of 0 or more
   * @param path of the contents in the request
   * @throws ApiException of the kind INVALID when they are not of that type and shape
   */
  static Tensor read(
      ElementType type, List<Long> shape, InferTensorContents contents, String path) {
    Field field =
        field(type)
            .orElseThrow(() ->
                ApiException.invalid(
                    path, "cannot hold %s; send it in raw_input_contents".formatted(type)));
    for (Field other : Field.values()) {
      if (other != field && other.count(contents) > 0) {
        throw ApiException.invalid(
            path, "has %s; %s goes into %s alone".formatted(other.label(), type, field.label()));
      }
    }
    // Counted first: nothing is allocated that is larger than what was sent.
    requireSize(shape, field.count(contents), path + "." + field.label());
    return type == ElementType.BYTES
        ? strings(shape, contents, path)
        : numbers(type, shape, contents, path + "." + field.label());
  }

  private static void requireSize(List<Long> shape, int elements, String path) {
    int size;
    try {
      size = Tensor.sizeOf(shape);
    } catch (ArithmeticException _) {
      throw ApiException.invalid(
          path, "has %d elements; the shape %s holds more than can be".formatted(elements, shape));
    }
    if (size != elements) {
      throw ApiException.invalid(
          path, "has %d elements; the shape %s holds %d".formatted(elements, shape, size));
    }
  }

  private static Tensor strings(List<Long> shape, InferTensorContents contents, String path) {
    List<byte[]> strings = new ArrayList<>(contents.getBytesContentsCount());
    for (int i = 0; i < contents.getBytesContentsCount(); i++) {
      ByteString element = contents.getBytesContents(i);
      if (!element.isValidUtf8()) {
        throw ApiException.invalid(
            "%s.bytes_contents[%d]".formatted(path, i), "is not UTF-8; strings of ONNX are");
      }
      strings.add(element.toByteArray());
    }
    return new Tensor.Strings(shape, strings);
  }

  private static Tensor numbers(
      ElementType type, List<Long> shape, InferTensorContents contents, String path) {
    Tensor.Numbers tensor = Tensor.allocate(type, shape);
    ByteBuffer data = tensor.data();
    for (int i = 0; i < tensor.elements(); i++) {
      switch (type) {
        case BOOL -> data.put((byte) (contents.getBoolContents(i) ? 1 : 0));
        case UINT8 ->
            // Unsigned on the wire: what is beyond 2^31 is negative here, and refused too.
            data.put((byte) within(type, contents.getUintContents(i), 0, 255, path));
        case INT8 ->
            data.put(
                (byte)
                    within(type, contents.getIntContents(i), Byte.MIN_VALUE, Byte.MAX_VALUE, path));
        case INT16 ->
            data.putShort(
                (short)
                    within(
                        type, contents.getIntContents(i), Short.MIN_VALUE, Short.MAX_VALUE, path));
        case INT32 -> data.putInt(contents.getIntContents(i));
        case INT64 -> data.putLong(contents.getInt64Contents(i));
        case FP32 -> data.putFloat(contents.getFp32Contents(i));
        case FP64 -> data.putDouble(contents.getFp64Contents(i));
        case FP16, BF16, BYTES ->
            throw new IllegalStateException("has no list of numbers: " + type);
      }
    }
    return tensor;
  }

  private static int within(ElementType type, int number, int least, int most, String path) {
    if (number < least || number > most) {
      throw ApiException.invalid(path, "holds a number outside of %s".formatted(type));
    }
    return number;
  }

  /**
   * Writes a tensor.
   *
   * @throws IllegalStateException when there is no list for its type
   */
  static InferTensorContents write(Tensor tensor) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    switch (tensor) {
      case Tensor.Strings(List<Long> _, List<byte[]> elements) ->
          elements.forEach(
              element -> contents.addBytesContents(UnsafeByteOperations.unsafeWrap(element)));
      case Tensor.Numbers numbers -> write(numbers, contents);
    }
    return contents.build();
  }

  private static void write(Tensor.Numbers tensor, InferTensorContents.Builder contents) {
    ByteBuffer data = tensor.data();
    while (data.hasRemaining()) {
      switch (tensor.type()) {
        case BOOL -> contents.addBoolContents(data.get() != 0);
        case UINT8 -> contents.addUintContents(Byte.toUnsignedInt(data.get()));
        case INT8 -> contents.addIntContents(data.get());
        case INT16 -> contents.addIntContents(data.getShort());
        case INT32 -> contents.addIntContents(data.getInt());
        case INT64 -> contents.addInt64Contents(data.getLong());
        case FP32 -> contents.addFp32Contents(data.getFloat());
        case FP64 -> contents.addFp64Contents(data.getDouble());
        case FP16, BF16, BYTES ->
            throw new IllegalStateException(tensor.type() + " has no list of numbers");
      }
    }
  }
}
