package dev.lockstep.inference.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lockstep.inference.serving.ApiException;
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
      throw ApiException.malformed("the body is not JSON" + where(malformed));
    }
    if (node == null || !node.isObject()) {
      throw ApiException.malformed("the body must be a JSON object");
    }
    return new Fields("", node);
  }

  /** The parser's own words would repeat the client's. */
  private static String where(IOException malformed) {
    return malformed instanceof JsonProcessingException parser && parser.getLocation() != null
        ? " at line %d, column %d"
            .formatted(parser.getLocation().getLineNr(), parser.getLocation().getColumnNr())
        : "";
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
          return characters(pathOf(name), node);
        });
  }

  /**
   * A string's value. JSON can spell half of a surrogate pair, which is no character: no tokenizer
   * reads it, and nothing can write it back.
   *
   * @throws ApiException 400 naming the path
   */
  static String characters(String path, JsonNode string) {
    String text = string.getStringValue();
    if (text.codePoints()
        .anyMatch(point -> point <= 0xFFFF && Character.isSurrogate((char) point))) {
      throw ApiException.invalid(
          path, "holds half of a surrogate pair; whole characters are needed");
    }
    return text;
  }

  Optional<Boolean> flag(String name) {
    return optional(name)
        .map(node -> {
          if (!node.isBoolean()) {
            throw wrong(name, node, "true or false");
          }
          return node.getBooleanValue();
        });
  }

  Optional<Integer> whole(String name, int least, int most) {
    return optional(name).map(node -> Math.toIntExact(whole(pathOf(name), node, least, most)));
  }

  /**
   * A whole number, such as 3 or 3.0. A number may have an exponent of a thousand million: it is
   * held against the bounds as it is, and never written out.
   */
  static long whole(String path, JsonNode node, long least, long most) {
    double seen = node.isNumber() ? node.getNumberValue().doubleValue() : Double.NaN;
    if (seen != Math.rint(seen) || seen < least || seen > most) {
      throw ApiException.invalid(
          path, "is %s; a whole number from %d to %d is needed".formatted(kind(node), least, most));
    }
    return (long) seen;
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
