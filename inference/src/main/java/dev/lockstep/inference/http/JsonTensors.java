package dev.lockstep.inference.http;

import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.serving.ApiException;
import io.micronaut.json.tree.JsonNode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Tensors as JSON: a name, a shape, a datatype, and data flat or nested row by row. */
final class JsonTensors {
  private JsonTensors() {}

  static Tensor read(Fields input) {
    List<Long> shape = shape(input);
    ElementType type = type(input);
    JsonNode data = input.required("data", "a list of numbers");
    // Counted first: nothing is allocated that is larger than what was sent.
    requireSize(input, shape, count(data));
    if (type == ElementType.BYTES) {
      List<byte[]> strings = new ArrayList<>();
      each(data, node -> strings.add(bytes(input, node)));
      return new Tensor.Strings(shape, strings);
    }
    if (!hasForm(type)) {
      throw ApiException.invalid(
          input.pathOf("datatype"),
          "is %s, which has no form in JSON; send it as binary data".formatted(type));
    }
    Tensor.Numbers tensor = Tensor.allocate(type, shape);
    ByteBuffer elements = tensor.data();
    each(data, node -> put(input, type, node, elements));
    return tensor;
  }

  /** Whether JSON can carry it. It has no numbers of 16 bits with a fraction. */
  static boolean hasForm(ElementType type) {
    return switch (type) {
      case FP16, BF16 -> false;
      case BOOL, UINT8, INT8, INT16, INT32, INT64, FP32, FP64, BYTES -> true;
    };
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
      case FP32 -> data.putFloat((float) fraction(input, type, node));
      case FP64 -> data.putDouble(fraction(input, type, node));
      case FP16, BF16, BYTES -> throw new IllegalStateException("has no numbers in JSON: " + type);
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
          throw new IllegalStateException(
              "'%s' is %s, which the request must have asked for as binary data"
                  .formatted(name, tensor.type()));
    };
  }

  static List<Long> shape(Fields input) {
    JsonNode shape = input.required("shape", "a list of sizes");
    if (!shape.isArray()) {
      throw input.wrong("shape", shape, "a list of sizes");
    }
    List<Long> sizes = new ArrayList<>();
    for (JsonNode size : shape.values()) {
      OptionalLong whole = JsonNumbers.whole(size);
      if (whole.isEmpty() || whole.getAsLong() < 0) {
        throw ApiException.invalid(
            "%s[%d]".formatted(input.pathOf("shape"), sizes.size()),
            "must be a whole number, 0 or more");
      }
      sizes.add(whole.getAsLong());
    }
    return sizes;
  }

  static ElementType type(Fields input) {
    String name = input.text("datatype");
    return ElementType.named(name)
        .orElseThrow(() ->
            ApiException.invalid(
                input.pathOf("datatype"),
                "is %s; served are %s"
                    .formatted(ApiException.shown(name), Arrays.toString(ElementType.values()))));
  }

  private static int count(JsonNode node) {
    if (!node.isArray()) {
      return 1;
    }
    int elements = 0;
    for (JsonNode item : node.values()) {
      elements += count(item);
    }
    return elements;
  }

  /** Rows may be nested; what counts is their order. */
  private static void each(JsonNode node, Consumer<JsonNode> element) {
    if (node.isArray()) {
      node.values().forEach(item -> each(item, element));
    } else {
      element.accept(node);
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
    if (!node.isNumber()) {
      throw notANumber(input, node);
    }
    OptionalLong whole = JsonNumbers.whole(node);
    if (whole.isPresent() && whole.getAsLong() >= least && whole.getAsLong() <= most) {
      return whole.getAsLong();
    }
    double near = node.getDoubleValue();
    throw near == Math.rint(near)
        ? ApiException.invalid(input.pathOf("data"), "holds a number outside of %s".formatted(type))
        : input.wrong("data", node, "whole numbers for " + type);
  }

  /**
   * A number with a fraction. What JSON has no number for is a string, as in the JSON form of
   * protocol buffers.
   */
  private static double fraction(Fields input, ElementType type, JsonNode node) {
    if (node.isString()) {
      return switch (node.getStringValue()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> throw notANumber(input, node);
      };
    }
    if (!node.isNumber()) {
      throw notANumber(input, node);
    }
    double value = node.getDoubleValue();
    boolean fits =
        type == ElementType.FP32 ? Float.isFinite((float) value) : Double.isFinite(value);
    if (!fits) {
      throw ApiException.invalid(
          input.pathOf("data"), "holds a number outside of %s".formatted(type));
    }
    return value;
  }

  private static ApiException notANumber(Fields input, JsonNode node) {
    return ApiException.invalid(
        input.pathOf("data"), "holds %s; numbers are needed".formatted(Fields.kind(node)));
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
    try {
      ByteBuffer encoded =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(node.getStringValue()));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException _) {
      // JSON can write half a character; getBytes would make a question mark of it.
      throw ApiException.invalid(
          input.pathOf("data"), "holds a string with half a surrogate pair; whole ones are needed");
    }
  }
}
