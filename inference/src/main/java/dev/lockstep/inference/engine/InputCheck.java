package dev.lockstep.inference.engine;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Holds tensors against what a model takes, before a device sees them. */
final class InputCheck {
  /** What is no name may be somebody's text, which a complaint does not repeat. */
  private static final Pattern NAME = Pattern.compile("[\\w./:@-]{1,100}");

  private InputCheck() {}

  static void check(List<TensorSpec> specs, Map<String, Tensor> inputs) {
    List<String> names = specs.stream().map(TensorSpec::name).toList();
    for (String name : inputs.keySet()) {
      if (!names.contains(name)) {
        throw new InvalidInputException(
            "input%s is not known; the model takes %s"
                .formatted(NAME.matcher(name).matches() ? " '" + name + "'" : "", names));
      }
    }
    for (TensorSpec spec : specs) {
      Tensor tensor = inputs.get(spec.name());
      if (tensor == null) {
        throw new InvalidInputException(
            "input '%s' is missing; the model takes %s".formatted(spec.name(), names));
      }
      check(spec, tensor);
    }
  }

  private static void check(TensorSpec spec, Tensor tensor) {
    if (tensor.type() != spec.type()) {
      throw new InvalidInputException(
          "input '%s' has the datatype %s; the model takes %s"
              .formatted(spec.name(), tensor.type(), spec.type()));
    }
    if (!matches(spec.shape(), tensor.shape())) {
      throw new InvalidInputException(
          "input '%s' has the shape %s; the model takes %s, where -1 is any size from 1"
              .formatted(spec.name(), tensor.shape(), spec.shape()));
    }
  }

  private static boolean matches(List<Long> allowed, List<Long> seen) {
    if (allowed.size() != seen.size()) {
      return false;
    }
    for (int i = 0; i < allowed.size(); i++) {
      long size = allowed.get(i);
      boolean fits = size < 0 ? seen.get(i) > 0 : seen.get(i) == size;
      if (!fits) {
        return false;
      }
    }
    return true;
  }
}
