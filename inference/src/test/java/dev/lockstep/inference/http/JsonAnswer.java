package dev.lockstep.inference.http;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Reads answers as JSON, and fails where something is missing. */
record JsonAnswer(JsonNode node) {
  private static final JsonMapper MAPPER = JsonMapper.createDefault();

  static JsonAnswer of(String body) {
    try {
      return new JsonAnswer(
          Objects.requireNonNull(MAPPER.readValue(body, Argument.of(JsonNode.class)), body));
    } catch (IOException malformed) {
      throw new UncheckedIOException(body, malformed);
    }
  }

  JsonAnswer at(String name) {
    return new JsonAnswer(Objects.requireNonNull(node.get(name), () -> name + " of " + node));
  }

  JsonAnswer at(int index) {
    return new JsonAnswer(Objects.requireNonNull(node.get(index), () -> index + " of " + node));
  }

  boolean has(String name) {
    return node.get(name) != null;
  }

  int size() {
    return node.size();
  }

  String text() {
    return node.getStringValue();
  }

  int number() {
    return node.getIntValue();
  }

  float decimal() {
    return node.getFloatValue();
  }

  float[] floats() {
    float[] floats = new float[node.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = at(i).decimal();
    }
    return floats;
  }

  List<JsonAnswer> items() {
    List<JsonAnswer> items = new ArrayList<>();
    node.values().forEach(item -> items.add(new JsonAnswer(item)));
    return items;
  }
}
