package dev.lockstep.inference.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The smallest ONNX model there is: one Relu of FP32 rows, written as the few protobuf fields that
 * it takes.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
final class TinyModel {
  private static final int FLOAT = 1;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private TinyModel() {}

  /** Rows of any number and width in {@code x}, the same with no number below 0 in {@code y}. */
  static byte[] relu() {
    return message(model -> {
      model.number(1, 8); // ir_version
      model.message(7, TinyModel::graph);
      model.message(8, opset -> opset.number(2, 13));
    });
  }

  private static void graph(TinyModel graph) {
    graph.message(
        1,
        node -> {
          node.text(1, "x");
          node.text(2, "y");
          node.text(4, "Relu");
        });
    graph.text(2, "tiny");
    graph.message(11, input -> rows(input, "x"));
    graph.message(12, output -> rows(output, "y"));
  }

  private static void rows(TinyModel value, String name) {
    value.text(1, name);
    value.message(
        2,
        type ->
            type.message(
                1,
                tensor -> {
                  tensor.number(1, FLOAT);
                  tensor.message(
                      2,
                      shape -> {
                        shape.message(1, rows -> rows.text(2, "rows"));
                        shape.message(1, width -> width.text(2, "width"));
                      });
                }));
  }

  private static byte[] message(Consumer<TinyModel> fields) {
    TinyModel message = new TinyModel();
    fields.accept(message);
    return message.bytes.toByteArray();
  }

  private void number(int field, long value) {
    varint((long) field << 3);
    varint(value);
  }

  private void text(int field, String value) {
    bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  private void message(int field, Consumer<TinyModel> fields) {
    bytes(field, message(fields));
  }

  private void bytes(int field, byte[] value) {
    varint(((long) field << 3) | 2);
    varint(value.length);
    bytes.writeBytes(value);
  }

  private void varint(long value) {
    long rest = value;
    while (rest >= 0x80) {
      bytes.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
