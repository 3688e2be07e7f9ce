package dev.lockstep.inference.engine;

import java.util.Collections;
import java.util.List;

/**
 * A tensor that a model takes or gives.
 *
 * @param shape one entry a dimension; -1 where any size goes
 * @param axes what the model's maker calls each dimension; empty where it has no name
 */
public record TensorSpec(String name, ElementType type, List<Long> shape, List<String> axes) {
  public TensorSpec {
    shape = List.copyOf(shape);
    axes = List.copyOf(axes);
    if (axes.size() != shape.size()) {
      throw new IllegalArgumentException(
          "'%s' has %d sizes and %d names of them".formatted(name, shape.size(), axes.size()));
    }
  }

  /** A tensor whose dimensions have no names. */
  public TensorSpec(String name, ElementType type, List<Long> shape) {
    this(name, type, shape, Collections.nCopies(shape.size(), ""));
  }
}
