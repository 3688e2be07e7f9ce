package dev.lockstep.inference.http;

import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Tensor;
import io.micronaut.json.tree.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
    if (type == ElementType.BYTES) {
      return new Tensor.Strings(shape, elements.stream().map(node -> bytes(input, node)).toList());
    }
    Tensor.Numbers tensor = Tensor.allocate(type, shape);
    ByteBuffer data = tensor.data();
    elements.forEach(node -> put(input, type, node, data));
    return tensor;
  }

  private static void put(Fields input, ElementType type, JsonNode node, ByteBuffer data) {
    switch (type) {
      case BOOL -> data.put((byte) (bool(input, node) ? 1 : 0));
      case UINT8 -> data.put((byte) whole(input, type, node, 0, 255));
      case INT8 -> data.put((byte) whole(input, type, node, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case INT16 ->
          data.putShort((short) whole(input, type, node, Short.MIN_VALUE, Short.MAX_VALUE));
      case INT32 ->
          data.putInt((int) whole(input, type, node, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> data.putLong(whole(input, type, node, Long.MIN_VALUE, Long.MAX_VALUE));
      case FP32 -> data.putFloat(number(input, node).getFloatValue());
      case FP64 -> data.putDouble(number(input, node).getDoubleValue());
      case FP16, BF16, BYTES ->
          throw ApiException.invalid(
              input.pathOf("datatype"),
              "is %s, which has no form in JSON; send it as binary data".formatted(type));
    }
  }

  static Map<String, Object> write(String name, Tensor tensor) {
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("name", name);
    written.put("datatype", tensor.type().name());
    written.put("shape", tensor.shape());
    written.put("data", data(name, tensor));
    return written;
  }

  private static Object data(String name, Tensor tensor) {
    return switch (tensor) {
      case Tensor.Strings(List<Long> _, List<byte[]> elements) ->
          elements.stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toList();
      case Tensor.Numbers numbers -> numbers(name, numbers);
    };
  }

  private static Object numbers(String name, Tensor.Numbers tensor) {
    ByteBuffer data = tensor.data();
    int size = tensor.elements();
    return switch (tensor.type()) {
      case FP32 -> {
        float[] floats = new float[size];
        data.asFloatBuffer().get(floats);
        yield floats;
      }
      case FP64 -> {
        double[] doubles = new double[size];
        data.asDoubleBuffer().get(doubles);
        yield doubles;
      }
      case INT64 -> {
        long[] longs = new long[size];
        data.asLongBuffer().get(longs);
        yield longs;
      }
      case INT32 -> {
        int[] ints = new int[size];
        data.asIntBuffer().get(ints);
        yield ints;
      }
      case INT16 -> {
        int[] ints = new int[size];
        Arrays.setAll(ints, i -> data.getShort(i * Short.BYTES));
        yield ints;
      }
      case INT8, UINT8 -> {
        int mask = tensor.type() == ElementType.UINT8 ? 0xff : -1;
        int[] ints = new int[size];
        Arrays.setAll(ints, i -> data.get(i) & mask);
        yield ints;
      }
      case BOOL -> {
        boolean[] bools = new boolean[size];
        for (int i = 0; i < size; i++) {
          bools[i] = data.get(i) != 0;
        }
        yield bools;
      }
      case FP16, BF16, BYTES ->
          throw ApiException.invalid(
              "outputs",
              "'%s' is %s, which has no form in JSON; ask for it as binary data"
                  .formatted(name, tensor.type()));
    };
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
    return ElementType.named(name)
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

  private static long whole(Fields input, ElementType type, JsonNode node, long least, long most) {
    double value = number(input, node).getDoubleValue();
    if (value != Math.rint(value)) {
      throw input.wrong("data", node, "whole numbers for " + type);
    }
    if (value < least || value > most) {
      throw ApiException.invalid(
          input.pathOf("data"), "holds a number outside of %s".formatted(type));
    }
    return node.getLongValue();
  }

  private static JsonNode number(Fields input, JsonNode node) {
    if (!node.isNumber()) {
      throw ApiException.invalid(
          input.pathOf("data"), "holds %s; numbers are needed".formatted(Fields.kind(node)));
    }
    return node;
  }

  private static boolean bool(Fields input, JsonNode node) {
    if (!node.isBoolean()) {
      throw ApiException.invalid(
          input.pathOf("data"), "holds %s; true or false is needed".formatted(Fields.kind(node)));
    }
    return node.getBooleanValue();
  }

  private static byte[] bytes(Fields input, JsonNode node) {
    if (!node.isString()) {
      throw ApiException.invalid(
          input.pathOf("data"), "holds %s; strings are needed".formatted(Fields.kind(node)));
    }
    return node.getStringValue().getBytes(StandardCharsets.UTF_8);
  }
}
