package dev.lockstep.inference.engine;

import java.util.Arrays;
import java.util.Optional;

/** Tensor element types, named as the Open Inference Protocol names them. */
public enum ElementType {
  BOOL(1),
  UINT8(1),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  /** IEEE 754 half precision. JSON has no form for it; the binary extension carries it. */
  FP16(2),
  /** The upper half of an FP32. JSON has no form for it; the binary extension carries it. */
  BF16(2),
  FP32(4),
  FP64(8),
  /** Strings of any length. */
  BYTES(0);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element; 0 for {@link #BYTES}, whose elements have no one size. */
  public int bytes() {
    return bytes;
  }

  public static Optional<ElementType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
