package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.TensorSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Who says whether rows of several requests of tensors may share a run of a model. */
public enum RowSharing {
  /**
   * The model, by what it calls its first axis. That it is open alone does not say it: it may as
   * well be that of one sequence. The name must be
   *
   * <ul>
   *   <li>the same for every input and every output,
   *   <li>with {@code batch} in it, as exporters call it,
   *   <li>and nowhere but first: {@code [batch, batch]} is rows held against each other.
   * </ul>
   */
  AS_NAMED,
  /** What the model is for: of a model of texts each row is a text, wherever that axis is open. */
  WHERE_OPEN,
  /** The operator: they may. */
  ALWAYS,
  /** The operator: they may not. */
  NEVER;

  /**
   * Whether they may.
   *
   * @throws IllegalArgumentException when the operator says so of a model whose first axis is not
   *     open everywhere
   */
  boolean allowed(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    List<TensorSpec> all = Stream.concat(inputs.stream(), outputs.stream()).toList();
    boolean open = !inputs.isEmpty() && all.stream().allMatch(RowSharing::isOpen);
    return switch (this) {
      case AS_NAMED -> open && isNamed(all);
      case WHERE_OPEN -> open;
      case ALWAYS -> {
        all.forEach(RowSharing::requireOpen);
        yield open;
      }
      case NEVER -> false;
    };
  }

  private static void requireOpen(TensorSpec spec) {
    if (!isOpen(spec)) {
      throw new IllegalArgumentException(
          "batch.together is true; '%s' has the shape %s, whose first size is not open"
              .formatted(spec.name(), spec.shape()));
    }
  }

  private static boolean isOpen(TensorSpec spec) {
    return !spec.shape().isEmpty() && spec.shape().getFirst() < 0;
  }

  private static boolean isNamed(List<TensorSpec> all) {
    Set<String> first = new HashSet<>();
    Set<String> others = new HashSet<>();
    for (TensorSpec spec : all) {
      first.add(spec.axes().getFirst());
      others.addAll(spec.axes().subList(1, spec.axes().size()));
    }
    String name = first.iterator().next();
    return first.size() == 1
        && !others.contains(name)
        && name.toLowerCase(Locale.ROOT).contains("batch");
  }
}
