package dev.lockstep.inference.engine;

/** Tensor element types, named as the Open Inference Protocol names them. */
public enum ElementType {
  INT64,
  FP32
}
