package dev.lockstep.inference.http;

import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Tensor;
import io.micronaut.json.tree.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tensors as JSON: a name, a shape, a datatype, and data flat or nested row by row. */
final class JsonTensors {
  private JsonTensors() {}

  static Tensor read(Fields input) {
    List<Long> shape = shape(input);
    ElementType type = type(input);
    List<JsonNode> elements = new ArrayList<>();
    flatten(input.required("data", "a list of numbers"), elements);
    requireSize(input, shape, elements.size());
    return switch (type) {
      case INT64 ->
          new Tensor.Int64(
              shape, elements.stream().mapToLong(node -> wholeNumber(input, node)).toArray());
      case FP32 -> new Tensor.Float32(shape, floats(input, elements));
    };
  }

  static Map<String, Object> write(String name, Tensor tensor) {
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("name", name);
    written.put("datatype", tensor.type().name());
    written.put("shape", tensor.shape());
    written.put(
        "data",
        switch (tensor) {
          case Tensor.Int64(List<Long> _, long[] data) -> data;
          case Tensor.Float32(List<Long> _, float[] data) -> data;
        });
    return written;
  }

  private static List<Long> shape(Fields input) {
    JsonNode shape = input.required("shape", "a list of sizes");
    if (!shape.isArray()) {
      throw input.wrong("shape", shape, "a list of sizes");
    }
    List<Long> sizes = new ArrayList<>();
    for (JsonNode size : shape.values()) {
      if (!size.isNumber() || size.getIntValue() < 0) {
        throw ApiException.invalid(
            "%s[%d]".formatted(input.pathOf("shape"), sizes.size()),
            "must be a whole number, 0 or more");
      }
      sizes.add((long) size.getIntValue());
    }
    return sizes;
  }

  private static ElementType type(Fields input) {
    String name = input.text("datatype");
    return Arrays.stream(ElementType.values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            ApiException.invalid(
                input.pathOf("datatype"),
                "is '%s'; served are %s".formatted(name, Arrays.toString(ElementType.values()))));
  }

  private static void flatten(JsonNode node, List<JsonNode> elements) {
    if (node.isArray()) {
      node.values().forEach(item -> flatten(item, elements));
    } else {
      elements.add(node);
    }
  }

  private static void requireSize(Fields input, List<Long> shape, int elements) {
    int size;
    try {
      size = Tensor.sizeOf(shape);
    } catch (ArithmeticException _) {
      throw ApiException.invalid(
          input.pathOf("shape"), "%s holds more elements than can be".formatted(shape));
    }
    if (size != elements) {
      throw ApiException.invalid(
          input.pathOf("data"),
          "has %d elements; the shape %s holds %d".formatted(elements, shape, size));
    }
  }

  private static long wholeNumber(Fields input, JsonNode node) {
    requireNumber(input, node);
    double value = node.getDoubleValue();
    if (value != Math.rint(value)) {
      throw input.wrong("data", node, "whole numbers for INT64");
    }
    return node.getLongValue();
  }

  private static float[] floats(Fields input, List<JsonNode> elements) {
    float[] data = new float[elements.size()];
    for (int i = 0; i < data.length; i++) {
      requireNumber(input, elements.get(i));
      data[i] = elements.get(i).getFloatValue();
    }
    return data;
  }

  private static void requireNumber(Fields input, JsonNode node) {
    if (!node.isNumber()) {
      throw ApiException.invalid(
          input.pathOf("data"), "holds %s; numbers are needed".formatted(Fields.kind(node)));
    }
  }
}
