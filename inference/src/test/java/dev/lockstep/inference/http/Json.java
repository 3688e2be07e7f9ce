package dev.lockstep.inference.http;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON as a test reads it: what is not there fails the test and says so. */
final class Json {
  static final JsonMapper MAPPER = JsonMapper.createDefault();

  private Json() {}

  static JsonNode parse(String json) {
    try {
      return MAPPER.readValue(json, Argument.of(JsonNode.class));
    } catch (IOException malformed) {
      throw new UncheckedIOException(json, malformed);
    }
  }

  /** Follows names and indexes. */
  static JsonNode at(JsonNode node, Object... path) {
    JsonNode found = node;
    for (Object step : path) {
      @Nullable JsonNode next =
          step instanceof Integer index ? found.get(index) : found.get(step.toString());
      found = Objects.requireNonNull(next, () -> "no " + step + " in " + node.getValue());
    }
    return found;
  }

  static String text(JsonNode node, Object... path) {
    return at(node, path).getStringValue();
  }
}
