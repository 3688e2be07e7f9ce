package dev.lockstep.inference.model;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A JSON object of a model folder; every complaint names the file and the key. */
record ConfigNode(String file, JsonNode object) {

  static ConfigNode empty(String file) {
    return new ConfigNode(file, JsonNode.createObjectNode(Map.of()));
  }

  /** Nothing when the file is not there. */
  static Optional<ConfigNode> read(Path path) throws IOException, ModelFiles.Problem {
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    String file = String.valueOf(path.getFileName());
    JsonNode node;
    try {
      node =
          JsonMapper.createDefault()
              .readValue(Files.readAllBytes(path), Argument.of(JsonNode.class));
    } catch (IOException malformed) {
      throw new ModelFiles.Problem("%s is not JSON: %s".formatted(file, malformed.getMessage()));
    }
    if (node == null || !node.isObject()) {
      throw new ModelFiles.Problem(file + " must be a JSON object");
    }
    return Optional.of(new ConfigNode(file, node));
  }

  void requireKnown(Set<String> keys) throws ModelFiles.Problem {
    for (Map.Entry<String, JsonNode> entry : object.entries()) {
      if (!keys.contains(entry.getKey())) {
        throw new ModelFiles.Problem(
            "%s has the key '%s'; known are %s"
                .formatted(file, entry.getKey(), new TreeSet<>(keys)));
      }
    }
  }

  Optional<JsonNode> node(String key) {
    return Optional.ofNullable(object.get(key)).filter(node -> !node.isNull());
  }

  Optional<String> text(String key) throws ModelFiles.Problem {
    Optional<JsonNode> node = node(key);
    return node.isEmpty()
        ? Optional.empty()
        : Optional.of(require(key, node.get(), node.get().isString(), "a string").getStringValue());
  }

  Optional<String> choice(String key, Set<String> allowed) throws ModelFiles.Problem {
    Optional<String> said = text(key);
    if (said.isPresent() && !allowed.contains(said.get())) {
      throw new ModelFiles.Problem(
          "%s has the %s '%s'; known are %s"
              .formatted(file, key, said.get(), new TreeSet<>(allowed)));
    }
    return said;
  }

  Optional<Boolean> flag(String key) throws ModelFiles.Problem {
    Optional<JsonNode> node = node(key);
    return node.isEmpty()
        ? Optional.empty()
        : Optional.of(
            require(key, node.get(), node.get().isBoolean(), "true or false").getBooleanValue());
  }

  Optional<Integer> count(String key) throws ModelFiles.Problem {
    Optional<JsonNode> node = node(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    boolean fits = node.get().isNumber() && node.get().getIntValue() >= 1;
    return Optional.of(require(key, node.get(), fits, "a whole number of 1 or more").getIntValue());
  }

  List<String> texts(String key) throws ModelFiles.Problem {
    Optional<JsonNode> node = node(key);
    if (node.isEmpty()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item :
        require(key, node.get(), node.get().isArray(), "a list of strings").values()) {
      texts.add(require(key, item, item.isString(), "a list of strings").getStringValue());
    }
    return texts;
  }

  Optional<ConfigNode> object(String key) throws ModelFiles.Problem {
    Optional<JsonNode> node = node(key);
    return node.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ConfigNode(
                file + "." + key, require(key, node.get(), node.get().isObject(), "an object")));
  }

  private JsonNode require(String key, JsonNode node, boolean fits, String needed)
      throws ModelFiles.Problem {
    if (!fits) {
      throw new ModelFiles.Problem("%s: %s must be %s".formatted(file, key, needed));
    }
    return node;
  }
}
