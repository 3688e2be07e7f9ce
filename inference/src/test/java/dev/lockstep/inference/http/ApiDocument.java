package dev.lockstep.inference.http;

import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The OpenAPI document as the build made it. */
final class ApiDocument {
  private static final String FILE = "/META-INF/swagger/lockstep-inference.json";

  private final JsonAnswer root;

  private ApiDocument(JsonAnswer root) {
    this.root = root;
  }

  /**
   * What the document says of one status of one operation.
   *
   * @param operation method and path, as in {@code POST /v1/embeddings}
   */
  record Answer(String operation, int status, Optional<JsonAnswer> schema) {
    @Override
    public String toString() {
      return operation + " -> " + status;
    }
  }

  static ApiDocument read() {
    try (InputStream file = ApiDocument.class.getResourceAsStream(FILE)) {
      return new ApiDocument(
          JsonAnswer.of(
              new String(
                  Objects.requireNonNull(file, FILE).readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Every operation with what it says, by method and path. */
  Map<String, JsonAnswer> operations() {
    Map<String, JsonAnswer> operations = new TreeMap<>();
    entries(root.at("paths"))
        .forEach((path, methods) ->
            entries(methods)
                .forEach((method, operation) ->
                    operations.put(method.toUpperCase(Locale.ROOT) + " " + path, operation)));
    return operations;
  }

  List<Answer> answers() {
    List<Answer> answers = new ArrayList<>();
    operations()
        .forEach((name, operation) ->
            entries(operation.at("responses"))
                .forEach((status, response) ->
                    answers.add(new Answer(name, Integer.parseInt(status), schema(response)))));
    return answers;
  }

  private static Optional<JsonAnswer> schema(JsonAnswer response) {
    if (!response.has("content")) {
      return Optional.empty();
    }
    return entries(response.at("content")).values().stream()
        .findFirst()
        .filter(content -> content.has("schema"))
        .map(content -> content.at("schema"));
  }

  /** The fields that an operation's body may have. */
  List<String> requestFields(String operation) {
    JsonAnswer content =
        Objects.requireNonNull(operations().get(operation), operation)
            .at("requestBody")
            .at("content");
    JsonAnswer schema = resolved(entries(content).values().iterator().next().at("schema"));
    return List.copyOf(entries(schema.at("properties")).keySet());
  }

  private JsonAnswer resolved(JsonAnswer schema) {
    if (!schema.has("$ref")) {
      return schema;
    }
    String reference = schema.at("$ref").text();
    return root.at("components")
        .at("schemas")
        .at(reference.substring(reference.lastIndexOf('/') + 1));
  }

  /** What a value lacks of what a schema says; nothing when it conforms. */
  List<String> complaints(JsonAnswer schema, JsonNode value, String path) {
    JsonAnswer wanted = resolved(schema);
    if (value.isNull()) {
      return wanted.has("nullable") ? List.of() : List.of(path + " is null");
    }
    if (wanted.has("oneOf")) {
      return oneOf(wanted.at("oneOf").items(), value, path);
    }
    String type = wanted.at("type").text();
    return switch (type) {
      case "object" -> ofObject(wanted, value, path);
      case "string" -> value.isString() ? List.of() : List.of(path + " is no string");
      case "boolean" -> value.isBoolean() ? List.of() : List.of(path + " is no boolean");
      case "integer", "number" -> value.isNumber() ? List.of() : List.of(path + " is no number");
      case "array" -> ofList(wanted, value, path);
      default -> List.of(path + " has the type " + type);
    };
  }

  private List<String> oneOf(List<JsonAnswer> schemas, JsonNode value, String path) {
    boolean fits = schemas.stream().anyMatch(schema -> complaints(schema, value, path).isEmpty());
    return fits ? List.of() : List.of(path + " is none of what it may be");
  }

  /** The names that something refers to and nothing defines. */
  List<String> dangling() {
    List<String> defined = List.copyOf(entries(root.at("components").at("schemas")).keySet());
    return references(root.node())
        .map(reference -> reference.substring(reference.lastIndexOf('/') + 1))
        .filter(name -> !defined.contains(name))
        .toList();
  }

  private static Stream<String> references(JsonNode node) {
    JsonNode reference = node.isObject() ? node.get("$ref") : null;
    Stream<String> own = reference == null ? Stream.of() : Stream.of(reference.getStringValue());
    Stream<JsonNode> children =
        node.isContainerNode()
            ? StreamSupport.stream(node.values().spliterator(), false)
            : Stream.of();
    return Stream.concat(own, children.flatMap(ApiDocument::references));
  }

  private List<String> ofList(JsonAnswer schema, JsonNode value, String path) {
    if (!value.isArray()) {
      return List.of(path + " is no list");
    }
    List<String> complaints = new ArrayList<>();
    for (JsonNode item : value.values()) {
      complaints.addAll(complaints(schema.at("items"), item, path + "[]"));
    }
    return complaints;
  }

  private List<String> ofObject(JsonAnswer schema, JsonNode value, String path) {
    if (!value.isObject()) {
      return List.of(path + " is no object");
    }
    List<String> complaints = new ArrayList<>();
    Map<String, JsonAnswer> properties =
        schema.has("properties") ? entries(schema.at("properties")) : Map.of();
    for (Map.Entry<String, JsonNode> entry : value.entries()) {
      JsonAnswer property = properties.get(entry.getKey());
      if (property == null && !schema.has("additionalProperties")) {
        complaints.add(path + "." + entry.getKey() + " is not documented");
      } else if (property != null) {
        complaints.addAll(complaints(property, entry.getValue(), path + "." + entry.getKey()));
      }
    }
    if (schema.has("required")) {
      for (JsonAnswer name : schema.at("required").items()) {
        if (value.get(name.text()) == null) {
          complaints.add(path + "." + name.text() + " is missing");
        }
      }
    }
    return complaints;
  }

  private static Map<String, JsonAnswer> entries(JsonAnswer object) {
    Map<String, JsonAnswer> entries = new LinkedHashMap<>();
    object
        .node()
        .entries()
        .forEach(entry -> entries.put(entry.getKey(), new JsonAnswer(entry.getValue())));
    return entries;
  }
}
