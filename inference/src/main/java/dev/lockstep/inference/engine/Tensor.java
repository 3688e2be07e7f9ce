package dev.lockstep.inference.engine;

import java.util.Arrays;
import java.util.List;

/** A dense tensor, row-major. The array is the tensor's own: whoever makes one hands it over. */
// Arrays on purpose: a batch is megabytes, and equality by content is written out below.
@SuppressWarnings("ArrayRecordComponent")
public sealed interface Tensor {

  List<Long> shape();

  ElementType type();

  /** 64-bit integers. */
  record Int64(List<Long> shape, long[] data) implements Tensor {
    public Int64 {
      shape = List.copyOf(shape);
      requireSize(shape, data.length);
    }

    @Override
    public ElementType type() {
      return ElementType.INT64;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Int64(List<Long> otherShape, long[] otherData)
          && shape.equals(otherShape)
          && Arrays.equals(data, otherData);
    }

    @Override
    public int hashCode() {
      return 31 * shape.hashCode() + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
      return "INT64" + shape;
    }
  }

  /** 32-bit floats. */
  record Float32(List<Long> shape, float[] data) implements Tensor {
    public Float32 {
      shape = List.copyOf(shape);
      requireSize(shape, data.length);
    }

    @Override
    public ElementType type() {
      return ElementType.FP32;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Float32(List<Long> otherShape, float[] otherData)
          && shape.equals(otherShape)
          && Arrays.equals(data, otherData);
    }

    @Override
    public int hashCode() {
      return 31 * shape.hashCode() + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
      return "FP32" + shape;
    }
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

  private static void requireSize(List<Long> shape, int elements) {
    if (sizeOf(shape) != elements) {
      throw new IllegalArgumentException(
          "shape %s holds %d elements, but there are %d".formatted(shape, sizeOf(shape), elements));
    }
  }
}
