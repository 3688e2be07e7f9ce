package dev.lockstep.inference.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes small ONNX models: a few bytes of protocol buffers by hand, so that any type, shape and
 * operator can be served in a test.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>, whose field
 *     numbers these are
 */
public final class TinyModel {
  private static final int VARINT = 0;
  private static final int BYTES = 2;

  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

  public TinyModel() {
    text(graph, 2, "tiny");
  }

  /** A model that gives what it takes: {@code x} of one type as {@code y}. */
  public static TinyModel identity(ElementType type, String... dimensions) {
    return new TinyModel()
        .input("x", type, dimensions)
        .output("y", type, dimensions)
        .node("Identity", List.of("x"), "y");
  }

  /** One entry a dimension: a number is its size, a name says that any size goes. */
  public TinyModel input(String name, ElementType type, String... dimensions) {
    message(graph, 11, value(name, type, dimensions));
    return this;
  }

  public TinyModel output(String name, ElementType type, String... dimensions) {
    message(graph, 12, value(name, type, dimensions));
    return this;
  }

  public TinyModel node(String operator, List<String> inputs, String output) {
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    inputs.forEach(input -> text(node, 1, input));
    text(node, 2, output);
    text(node, 4, operator);
    message(graph, 1, node);
    return this;
  }

  public byte[] bytes() {
    ByteArrayOutputStream operators = new ByteArrayOutputStream();
    text(operators, 1, "");
    number(operators, 2, 17);
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    number(model, 1, 8);
    message(model, 7, graph);
    message(model, 8, operators);
    return model.toByteArray();
  }

  /** Makes a model folder of it. */
  public void writeTo(Path folder, String config) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve("model.onnx"), bytes());
      Files.writeString(folder.resolve("lockstep.json"), config);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static ByteArrayOutputStream value(String name, ElementType type, String... dimensions) {
    ByteArrayOutputStream shape = new ByteArrayOutputStream();
    for (String dimension : dimensions) {
      ByteArrayOutputStream size = new ByteArrayOutputStream();
      if (Character.isDigit(dimension.charAt(0))) {
        number(size, 1, Long.parseLong(dimension));
      } else {
        text(size, 2, dimension);
      }
      message(shape, 1, size);
    }
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    number(tensor, 1, onnx(type));
    message(tensor, 2, shape);
    ByteArrayOutputStream typed = new ByteArrayOutputStream();
    message(typed, 1, tensor);
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    text(value, 1, name);
    message(value, 2, typed);
    return value;
  }

  private static int onnx(ElementType type) {
    return switch (type) {
      case FP32 -> 1;
      case UINT8 -> 2;
      case INT8 -> 3;
      case INT16 -> 5;
      case INT32 -> 6;
      case INT64 -> 7;
      case BYTES -> 8;
      case BOOL -> 9;
      case FP16 -> 10;
      case FP64 -> 11;
      case BF16 -> 16;
    };
  }

  private static void number(ByteArrayOutputStream to, int field, long value) {
    varint(to, ((long) field << 3) | VARINT);
    varint(to, value);
  }

  private static void text(ByteArrayOutputStream to, int field, String text) {
    bytes(to, field, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void message(ByteArrayOutputStream to, int field, ByteArrayOutputStream message) {
    bytes(to, field, message.toByteArray());
  }

  private static void bytes(ByteArrayOutputStream to, int field, byte[] bytes) {
    varint(to, ((long) field << 3) | BYTES);
    varint(to, bytes.length);
    to.writeBytes(bytes);
  }

  private static void varint(ByteArrayOutputStream to, long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      to.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    to.write((int) left);
  }
}
