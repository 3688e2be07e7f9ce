package dev.lockstep.inference.tiny;

import dev.lockstep.inference.engine.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes an ONNX model, node by node: the one that every test and benchmark uses which needs a
 * model of its own. Numbers of fields and of element types are those of the format's definition.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
public final class OnnxGraph {
  /** An element type's number in ONNX. */
  public static final int FLOAT = 1;

  /** An element type's number in ONNX. */
  public static final int INT64 = 7;

  private static final int IR_VERSION = 8;
  private static final int OPSET = 18;
  private static final int EXTERNAL = 1;
  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_TENSOR = 4;

  /** A type of ONNX that its Runtime's Java interface has not. */
  public static final int UINT16 = 4;

  /** A type of ONNX that its Runtime's Java interface has not. */
  public static final int UINT32 = 12;

  /** A type of ONNX that its Runtime's Java interface has not. */
  public static final int UINT64 = 13;

  private final ProtoWriter graph = new ProtoWriter().text(2, "tiny");

  /** A model that gives what it takes: {@code x} of one type as {@code y}. */
  public static OnnxGraph identity(ElementType type, Object... shape) {
    return identity(number(type), shape);
  }

  /** The same of a type by its number, which may be one that is not served. */
  public static OnnxGraph identity(int type, Object... shape) {
    return new OnnxGraph()
        .input("x", type, shape)
        .output("y", type, shape)
        .node("y", "Identity", "x");
  }

  public OnnxGraph input(String name, ElementType type, Object... shape) {
    return input(name, number(type), shape);
  }

  public OnnxGraph output(String name, ElementType type, Object... shape) {
    return output(name, number(type), shape);
  }

  /**
   * An input of the model.
   *
   * @param shape a size or a name a dimension; of a name any size goes
   */
  public OnnxGraph input(String name, int type, Object... shape) {
    graph.message(11, value(name, type, shape));
    return this;
  }

  public OnnxGraph output(String name, int type, Object... shape) {
    graph.message(12, value(name, type, shape));
    return this;
  }

  public OnnxGraph constant(String name, float[][] rows) {
    ByteBuffer data = littleEndian(rows.length * rows[0].length * Float.BYTES);
    for (float[] row : rows) {
      for (float number : row) {
        data.putFloat(number);
      }
    }
    graph.message(5, tensor(name, FLOAT, data, rows.length, rows[0].length));
    return this;
  }

  public OnnxGraph constant(String name, float[] numbers) {
    ByteBuffer data = littleEndian(numbers.length * Float.BYTES);
    for (float number : numbers) {
      data.putFloat(number);
    }
    graph.message(5, tensor(name, FLOAT, data, numbers.length));
    return this;
  }

  public OnnxGraph constant(String name, long... numbers) {
    ByteBuffer data = littleEndian(numbers.length * Long.BYTES);
    for (long number : numbers) {
      data.putLong(number);
    }
    graph.message(5, tensor(name, INT64, data, numbers.length));
    return this;
  }

  /** A matrix that the file says lies in another. */
  public OnnxGraph outside(String name) {
    ProtoWriter location = new ProtoWriter().text(1, "location").text(2, "weights.bin");
    graph.message(
        5,
        new ProtoWriter()
            .number(1, 1)
            .number(2, FLOAT)
            .text(8, name)
            .message(13, location)
            .number(14, EXTERNAL));
    return this;
  }

  /** A node with one output, without attributes. */
  public OnnxGraph node(String output, String operator, String... inputs) {
    return node(output, operator, Map.of(), inputs);
  }

  /**
   * A node with one output.
   *
   * @param attributes whole numbers by name
   */
  public OnnxGraph node(
      String output, String operator, Map<String, Long> attributes, String... inputs) {
    ProtoWriter node = operation(output, operator, inputs);
    attributes.forEach((name, value) ->
        node.message(
            5, new ProtoWriter().text(1, name).number(3, value).number(20, ATTRIBUTE_INT)));
    graph.message(1, node);
    return this;
  }

  /** A matrix of one number everywhere, which takes no room in the file. */
  public OnnxGraph filled(String output, float number, String shape) {
    ByteBuffer data = littleEndian(Float.BYTES).putFloat(number);
    ProtoWriter node = operation(output, "ConstantOfShape", shape);
    node.message(
        5,
        new ProtoWriter()
            .text(1, "value")
            .message(5, tensor("", FLOAT, data, 1))
            .number(20, ATTRIBUTE_TENSOR));
    graph.message(1, node);
    return this;
  }

  /** The file. */
  public byte[] toBytes() {
    return new ProtoWriter()
        .number(1, IR_VERSION)
        .message(7, graph)
        .message(8, new ProtoWriter().text(1, "").number(2, OPSET))
        .toBytes();
  }

  /** Makes a model folder of it. */
  public void writeTo(Path folder, String config) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve("model.onnx"), toBytes());
      Files.writeString(folder.resolve("lockstep.json"), config);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static int number(ElementType type) {
    return switch (type) {
      case FP32 -> FLOAT;
      case UINT8 -> 2;
      case INT8 -> 3;
      case INT16 -> 5;
      case INT32 -> 6;
      case INT64 -> INT64;
      case BYTES -> 8;
      case BOOL -> 9;
      case FP16 -> 10;
      case FP64 -> 11;
      case BF16 -> 16;
    };
  }

  private static ProtoWriter operation(String output, String operator, String... inputs) {
    ProtoWriter node = new ProtoWriter();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(3, output).text(4, operator);
  }

  private static ProtoWriter value(String name, int type, Object... shape) {
    ProtoWriter dimensions = new ProtoWriter();
    for (Object size : shape) {
      ProtoWriter dimension = new ProtoWriter();
      if (size instanceof Integer fixed) {
        dimension.number(1, fixed);
      } else {
        dimension.text(2, String.valueOf(size));
      }
      dimensions.message(1, dimension);
    }
    ProtoWriter tensor = new ProtoWriter().number(1, type).message(2, dimensions);
    return new ProtoWriter().text(1, name).message(2, new ProtoWriter().message(1, tensor));
  }

  private static ProtoWriter tensor(String name, int type, ByteBuffer data, long... shape) {
    byte[] bytes = new byte[data.capacity()];
    data.rewind().get(bytes);
    ProtoWriter tensor = new ProtoWriter();
    for (long size : shape) {
      tensor.number(1, size);
    }
    return tensor.number(2, type).text(8, name).bytes(9, bytes);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
