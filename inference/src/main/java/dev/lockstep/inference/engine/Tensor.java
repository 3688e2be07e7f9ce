package dev.lockstep.inference.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/** A dense tensor, row-major. Its data is its own: whoever makes one hands it over. */
public sealed interface Tensor {

  List<Long> shape();

  ElementType type();

  /**
   * Elements of one size, one behind the other, little-endian: as devices, the protocol's binary
   * extension and ONNX Runtime have them, so that nothing is converted on the way.
   */
  record Numbers(ElementType type, List<Long> shape, ByteBuffer data) implements Tensor {
    public Numbers {
      shape = List.copyOf(shape);
      if (type == ElementType.BYTES) {
        throw new IllegalArgumentException("strings have no one size; use Tensor.Strings");
      }
      data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
      requireSize(shape, data.remaining(), type.bytes());
    }

    /** A view of the same bytes, for reading and writing from their start. */
    @Override
    public ByteBuffer data() {
      return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    public int elements() {
      return data.remaining() / type.bytes();
    }

    /** A view as 64-bit integers; only of an {@link ElementType#INT64}. */
    public LongBuffer longs() {
      requireType(ElementType.INT64);
      return data().asLongBuffer();
    }

    /** A view as floats; only of an {@link ElementType#FP32}. */
    public FloatBuffer floats() {
      requireType(ElementType.FP32);
      return data().asFloatBuffer();
    }

    private void requireType(ElementType wanted) {
      if (type != wanted) {
        throw new IllegalStateException("the tensor holds %s, not %s".formatted(type, wanted));
      }
    }

    @Override
    public String toString() {
      return type + shape.toString();
    }
  }

  /** Strings, each as its bytes. */
  record Strings(List<Long> shape, List<byte[]> elements) implements Tensor {
    public Strings {
      shape = List.copyOf(shape);
      elements = List.copyOf(elements);
      requireSize(shape, elements.size(), 1);
    }

    @Override
    public ElementType type() {
      return ElementType.BYTES;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Strings(List<Long> otherShape, List<byte[]> otherElements)
          && shape.equals(otherShape)
          && Arrays.deepEquals(elements.toArray(), otherElements.toArray());
    }

    @Override
    public int hashCode() {
      return 31 * shape.hashCode() + Arrays.deepHashCode(elements.toArray());
    }

    @Override
    public String toString() {
      return type() + shape.toString();
    }
  }

  /** Room for a tensor outside the heap, all zero, for the maker to fill. */
  static Numbers allocate(ElementType type, List<Long> shape) {
    int bytes = Math.multiplyExact(sizeOf(shape), type.bytes());
    return new Numbers(type, shape, ByteBuffer.allocateDirect(bytes));
  }

  static Numbers int64(List<Long> shape, long... data) {
    Numbers tensor = allocate(ElementType.INT64, shape);
    requireSize(shape, data.length, 1);
    tensor.longs().put(data);
    return tensor;
  }

  static Numbers float32(List<Long> shape, float... data) {
    Numbers tensor = allocate(ElementType.FP32, shape);
    requireSize(shape, data.length, 1);
    tensor.floats().put(data);
    return tensor;
  }

  /** How many elements a shape holds; refuses sizes below 0 and products beyond an array's. */
  static int sizeOf(List<Long> shape) {
    long size = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "shape %s has the size %d; each is 0 or more".formatted(shape, dimension));
      }
      size = Math.multiplyExact(size, dimension);
    }
    return Math.toIntExact(size);
  }

  private static void requireSize(List<Long> shape, int given, int bytes) {
    long needed = (long) sizeOf(shape) * bytes;
    if (needed != given) {
      throw new IllegalArgumentException(
          "shape %s holds %d elements of %d bytes, but there are %d bytes"
              .formatted(shape, sizeOf(shape), bytes, given));
    }
  }
}
