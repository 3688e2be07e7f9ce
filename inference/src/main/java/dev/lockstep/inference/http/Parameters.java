package dev.lockstep.inference.http;

import dev.lockstep.inference.serving.ApiException;
import io.micronaut.json.tree.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The {@code parameters} of a request, an input or an output. Those that nobody here knows are the
 * client's own and do nothing, as the protocol has it; those that would change the answer if they
 * were obeyed are {@linkplain #refuse refused} rather than passed over.
 */
record Parameters(Optional<Fields> fields) {

  /** Those of an object, which need not have any. */
  static Parameters of(Fields owner) {
    return new Parameters(
        owner
            .optional("parameters")
            .map(node -> {
              if (!node.isObject()) {
                throw owner.wrong("parameters", node, "an object");
              }
              return new Fields(owner.pathOf("parameters"), node);
            }));
  }

  Optional<Boolean> flag(String name) {
    return node(name)
        .map(node -> {
          if (!node.isBoolean()) {
            throw invalid(name, "is %s; true or false is needed".formatted(Fields.kind(node)));
          }
          return node.getBooleanValue();
        });
  }

  OptionalLong whole(String name) {
    Optional<JsonNode> node = node(name);
    if (node.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong whole = JsonNumbers.whole(node.get());
    if (whole.isEmpty()) {
      throw invalid(name, "must be a whole number");
    }
    return whole;
  }

  ApiException invalid(String name, String problem) {
    return ApiException.invalid(
        fields.map(known -> known.pathOf(name)).orElse("parameters." + name), problem);
  }

  /**
   * Refuses what is asked for and not done.
   *
   * @param reasons why not, by name
   */
  void refuse(Map<String, String> reasons) {
    reasons.forEach((name, reason) -> {
      if (node(name).isPresent()) {
        throw invalid(name, reason);
      }
    });
  }

  private Optional<JsonNode> node(String name) {
    return fields.flatMap(known -> known.optional(name));
  }
}
