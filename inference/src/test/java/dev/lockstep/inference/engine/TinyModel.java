package dev.lockstep.inference.engine;

import dev.lockstep.inference.tiny.OnnxGraph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Small models of tensors of any type, which can be served from a folder. */
public final class TinyModel {
  private final OnnxGraph graph = new OnnxGraph();

  /** A model that gives what it takes: {@code x} of one type as {@code y}. */
  public static TinyModel identity(ElementType type, String... dimensions) {
    return new TinyModel()
        .input("x", type, dimensions)
        .output("y", type, dimensions)
        .node("Identity", List.of("x"), "y");
  }

  /** One entry a dimension: a number is its size, a name says that any size goes. */
  public TinyModel input(String name, ElementType type, String... dimensions) {
    graph.input(name, onnx(type), sizes(dimensions));
    return this;
  }

  public TinyModel output(String name, ElementType type, String... dimensions) {
    graph.output(name, onnx(type), sizes(dimensions));
    return this;
  }

  public TinyModel node(String operator, List<String> inputs, String output) {
    graph.node(output, operator, inputs.toArray(String[]::new));
    return this;
  }

  public byte[] bytes() {
    return graph.toBytes();
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

  private static Object[] sizes(String... dimensions) {
    return Arrays.stream(dimensions)
        .map(dimension ->
            Character.isDigit(dimension.charAt(0))
                ? (Object) Integer.valueOf(dimension)
                : dimension)
        .toArray();
  }

  /** The type's number in ONNX. */
  private static int onnx(ElementType type) {
    return switch (type) {
      case FP32 -> OnnxGraph.FLOAT;
      case UINT8 -> 2;
      case INT8 -> 3;
      case INT16 -> 5;
      case INT32 -> 6;
      case INT64 -> OnnxGraph.INT64;
      case BYTES -> 8;
      case BOOL -> 9;
      case FP16 -> 10;
      case FP64 -> 11;
      case BF16 -> 16;
    };
  }
}
