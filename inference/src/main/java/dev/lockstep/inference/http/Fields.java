package dev.lockstep.inference.http;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A JSON object of a request, read field by field; every complaint names the field's path. */
record Fields(String path, JsonNode object) {

  static Fields parse(JsonMapper json, byte[] body) {
    return parse(json, body, body.length);
  }

  /** Parses the first bytes of a body, where they lie. */
  static Fields parse(JsonMapper json, byte[] body, int length) {
    JsonNode node;
    try {
      node = json.readValue(new ByteArrayInputStream(body, 0, length), Argument.of(JsonNode.class));
    } catch (IOException malformed) {
      throw ApiException.malformed("the body is not JSON: " + firstLine(malformed));
    }
    if (node == null || !node.isObject()) {
      throw ApiException.malformed("the body must be a JSON object");
    }
    return new Fields("", node);
  }

  private static String firstLine(IOException malformed) {
    return String.valueOf(malformed.getMessage()).lines().findFirst().orElse("unreadable");
  }

  String text(String name) {
    return optionalText(name)
        .orElseThrow(() -> ApiException.invalid(pathOf(name), "is missing; a string is needed"));
  }

  Optional<String> optionalText(String name) {
    return optional(name)
        .map(node -> {
          if (!node.isString()) {
            throw wrong(name, node, "a string");
          }
          return node.getStringValue();
        });
  }

  Optional<JsonNode> optional(String name) {
    return Optional.ofNullable(object.get(name)).filter(node -> !node.isNull());
  }

  JsonNode required(String name, String needed) {
    return optional(name)
        .orElseThrow(
            () -> ApiException.invalid(pathOf(name), "is missing; %s is needed".formatted(needed)));
  }

  List<Fields> objects(String name) {
    JsonNode list = required(name, "a list of objects");
    if (!list.isArray()) {
      throw wrong(name, list, "a list of objects");
    }
    List<Fields> objects = new ArrayList<>();
    for (JsonNode item : list.values()) {
      String itemPath = pathOf(name) + "[" + objects.size() + "]";
      if (!item.isObject()) {
        throw ApiException.invalid(itemPath, "is %s; an object is needed".formatted(kind(item)));
      }
      objects.add(new Fields(itemPath, item));
    }
    return objects;
  }

  String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  ApiException wrong(String name, JsonNode seen, String needed) {
    return ApiException.invalid(pathOf(name), "is %s; %s is needed".formatted(kind(seen), needed));
  }

  /** What a value is; never the value, which may be somebody's text. */
  static String kind(JsonNode node) {
    if (node.isString()) {
      return "a string";
    }
    if (node.isNumber()) {
      return "a number";
    }
    if (node.isBoolean()) {
      return "true or false";
    }
    if (node.isArray()) {
      return "a list";
    }
    return node.isObject() ? "an object" : "null";
  }
}
