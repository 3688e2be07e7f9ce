package dev.lockstep.inference.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An ONNX file taken apart as far as its nodes. What is not asked for stays bytes, and weights stay
 * where they are: they are seen and not copied. Numbers of fields are those of the format's
 * definition.
 *
 * @param rest of the file, all but the graph
 * @param graph without its nodes
 * @param weights the graph's initializers by name
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
record OnnxModel(
    UnknownFieldSet rest,
    UnknownFieldSet graph,
    List<OnnxNode> nodes,
    Map<String, ByteString> weights) {
  static final int FLOAT = 1;
  static final int INT64 = 7;

  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_OPSET = 8;
  private static final int OPSET_DOMAIN = 1;
  private static final int OPSET_VERSION = 2;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;

  /** Shapes of what flows between nodes, for readers: ONNX Runtime infers them for itself. */
  private static final int GRAPH_VALUE_INFO = 13;

  private static final int VALUE_NAME = 1;
  private static final int TENSOR_DIMS = 1;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_INT64 = 7;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW = 9;
  private static final int TENSOR_LOCATION = 14;
  private static final long EXTERNAL = 1;

  /**
   * Reads a file.
   *
   * @throws IOException when it is none, or has weights that lie elsewhere
   */
  static OnnxModel parse(byte[] onnx) throws IOException {
    UnknownFieldSet model = seen(CodedInputStream.newInstance(onnx));
    List<ByteString> graphs = model.getField(MODEL_GRAPH).getLengthDelimitedList();
    if (graphs.size() != 1) {
      throw new InvalidProtocolBufferException("%d graphs".formatted(graphs.size()));
    }
    UnknownFieldSet graph = seen(graphs.getFirst().newCodedInput());
    List<OnnxNode> nodes = new ArrayList<>();
    for (ByteString node : graph.getField(GRAPH_NODE).getLengthDelimitedList()) {
      nodes.add(OnnxNode.parse(node));
    }
    return new OnnxModel(
        model.toBuilder().clearField(MODEL_GRAPH).build(),
        graph.toBuilder().clearField(GRAPH_NODE).clearField(GRAPH_VALUE_INFO).build(),
        nodes,
        weights(graph));
  }

  private static Map<String, ByteString> weights(UnknownFieldSet graph) throws IOException {
    Map<String, ByteString> weights = new HashMap<>();
    for (ByteString tensor : graph.getField(GRAPH_INITIALIZER).getLengthDelimitedList()) {
      UnknownFieldSet fields = seen(tensor.newCodedInput());
      if (fields.getField(TENSOR_LOCATION).getVarintList().contains(EXTERNAL)) {
        throw new InvalidProtocolBufferException("weights lie in files of their own");
      }
      weights.put(text(fields.getField(TENSOR_NAME)), tensor);
    }
    return weights;
  }

  /** Fields that are bytes are not copied but seen where they lie. */
  private static UnknownFieldSet seen(CodedInputStream in) throws IOException {
    in.enableAliasing(true);
    return UnknownFieldSet.newBuilder().mergeFrom(in).build();
  }

  /** The version of ONNX's own operators. */
  long operators() throws InvalidProtocolBufferException {
    for (ByteString set : rest.getField(MODEL_OPSET).getLengthDelimitedList()) {
      UnknownFieldSet operators = UnknownFieldSet.parseFrom(set);
      if (text(operators.getField(OPSET_DOMAIN)).isEmpty()) {
        return operators.getField(OPSET_VERSION).getVarintList().getFirst();
      }
    }
    throw new InvalidProtocolBufferException("no operators of ONNX");
  }

  boolean hasInput(String name) throws InvalidProtocolBufferException {
    for (ByteString input : graph.getField(GRAPH_INPUT).getLengthDelimitedList()) {
      if (text(UnknownFieldSet.parseFrom(input).getField(VALUE_NAME)).equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** The shape of weights of this name, where there are some. */
  Optional<List<Long>> weightShape(String name) throws IOException {
    ByteString tensor = weights.get(name);
    return tensor == null
        ? Optional.empty()
        : Optional.of(numbers(seen(tensor.newCodedInput()).getField(TENSOR_DIMS)));
  }

  /** Whole numbers that the graph has as a constant of this name. */
  Optional<List<Long>> constant(String name) throws IOException {
    Optional<ByteString> tensor = Optional.ofNullable(weights.get(name));
    for (OnnxNode node : nodes) {
      if (tensor.isEmpty() && node.is("Constant") && node.outputs().contains(name)) {
        tensor = node.tensor("value");
      }
    }
    return tensor.isEmpty() ? Optional.empty() : wholeNumbers(seen(tensor.get().newCodedInput()));
  }

  /** Written as a field of the tensor's own, or as the bytes that they are in memory. */
  private static Optional<List<Long>> wholeNumbers(UnknownFieldSet tensor) throws IOException {
    if (!tensor.getField(TENSOR_TYPE).getVarintList().equals(List.of((long) INT64))) {
      return Optional.empty();
    }
    List<Long> numbers = new ArrayList<>(numbers(tensor.getField(TENSOR_INT64)));
    for (ByteString raw : tensor.getField(TENSOR_RAW).getLengthDelimitedList()) {
      LongBuffer longs = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
      while (longs.hasRemaining()) {
        numbers.add(longs.get());
      }
    }
    return Optional.of(numbers);
  }

  /** The same model of other nodes, with whole numbers that they take by name. */
  OnnxModel with(List<OnnxNode> others, Map<String, List<Long>> constants) {
    Field.Builder tensors = Field.newBuilder(graph.getField(GRAPH_INITIALIZER));
    constants.forEach((name, numbers) -> tensors.addLengthDelimited(tensor(name, numbers)));
    return new OnnxModel(
        rest,
        graph.toBuilder().addField(GRAPH_INITIALIZER, tensors.build()).build(),
        List.copyOf(others),
        weights);
  }

  private static ByteString tensor(String name, List<Long> numbers) {
    Field.Builder data = Field.newBuilder();
    numbers.forEach(data::addVarint);
    return UnknownFieldSet.newBuilder()
        .addField(TENSOR_DIMS, Field.newBuilder().addVarint(numbers.size()).build())
        .addField(TENSOR_TYPE, Field.newBuilder().addVarint(INT64).build())
        .addField(TENSOR_INT64, data.build())
        .addField(
            TENSOR_NAME,
            Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(name)).build())
        .build()
        .toByteString();
  }

  /** The file; the graph goes straight into it, because its weights are most of what there is. */
  byte[] toBytes() throws IOException {
    Field.Builder written = Field.newBuilder();
    nodes.forEach(node -> written.addLengthDelimited(node.fields().toByteString()));
    UnknownFieldSet whole = graph.toBuilder().addField(GRAPH_NODE, written.build()).build();
    int size = whole.getSerializedSize();
    byte[] onnx =
        new byte
            [rest.getSerializedSize()
                + CodedOutputStream.computeTagSize(MODEL_GRAPH)
                + CodedOutputStream.computeUInt32SizeNoTag(size)
                + size];
    CodedOutputStream out = CodedOutputStream.newInstance(onnx);
    rest.writeTo(out);
    out.writeTag(MODEL_GRAPH, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(size);
    whole.writeTo(out);
    out.checkNoSpaceLeft();
    return onnx;
  }

  /** The text of a field; empty where there is none, as protocol buffers have it. */
  static String text(Field field) {
    return field.getLengthDelimitedList().stream()
        .findFirst()
        .map(ByteString::toStringUtf8)
        .orElse("");
  }

  /** Whole numbers of a field, written one by one or packed. */
  static List<Long> numbers(Field field) throws IOException {
    List<Long> numbers = new ArrayList<>(field.getVarintList());
    for (ByteString packed : field.getLengthDelimitedList()) {
      CodedInputStream in = packed.newCodedInput();
      while (!in.isAtEnd()) {
        numbers.add(in.readInt64());
      }
    }
    return numbers;
  }
}
