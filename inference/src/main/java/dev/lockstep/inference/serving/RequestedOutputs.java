package dev.lockstep.inference.serving;

import dev.lockstep.inference.engine.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The outputs that a request of the Open Inference Protocol asks for by name. */
public final class RequestedOutputs {
  private RequestedOutputs() {}

  /** What is asked for: a name, and where in the request it stands. */
  public interface Named {
    String name();

    String path();
  }

  /**
   * The tensors that are meant, in the request's order.
   *
   * @param given what the model gives
   * @throws ApiException of the kind INVALID when one is not known or asked for twice
   */
  public static List<TensorSpec> among(List<TensorSpec> given, List<? extends Named> asked) {
    Map<String, TensorSpec> known = new LinkedHashMap<>();
    given.forEach(spec -> known.put(spec.name(), spec));
    Set<String> before = new HashSet<>();
    List<TensorSpec> meant = new ArrayList<>();
    for (Named output : asked) {
      TensorSpec spec = known.get(output.name());
      if (spec == null) {
        throw ApiException.invalid(
            output.path(),
            "is %s; the model gives %s"
                .formatted(ApiException.shown(output.name()), known.keySet()));
      }
      if (!before.add(output.name())) {
        throw ApiException.invalid(output.path(), "is that of an output before it");
      }
      meant.add(spec);
    }
    return meant;
  }
}
