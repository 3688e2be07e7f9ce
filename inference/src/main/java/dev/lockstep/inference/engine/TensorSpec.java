package dev.lockstep.inference.engine;

import java.util.List;

/**
 * A tensor that a model takes or gives.
 *
 * @param shape one entry a dimension; -1 where any size goes
 */
public record TensorSpec(String name, ElementType type, List<Long> shape) {
  public TensorSpec {
    shape = List.copyOf(shape);
  }
}
