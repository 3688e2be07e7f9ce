package dev.lockstep.inference.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A node of an ONNX graph, in the form it has in the file. Numbers of fields are those of the
 * format's definition.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto, NodeProto</a>
 */
record OnnxNode(UnknownFieldSet fields) {
  private static final int INPUT = 1;
  private static final int OUTPUT = 2;
  private static final int NAME = 3;
  private static final int OPERATOR = 4;
  private static final int ATTRIBUTE = 5;

  private static final int ATTRIBUTE_NAME = 1;
  private static final int ATTRIBUTE_INT = 3;
  private static final int ATTRIBUTE_TENSOR = 5;
  private static final int ATTRIBUTE_INTS = 8;
  private static final int ATTRIBUTE_TYPE = 20;
  private static final long TYPE_INT = 2;
  private static final long TYPE_INTS = 7;

  static OnnxNode parse(ByteString node) throws InvalidProtocolBufferException {
    return new OnnxNode(UnknownFieldSet.parseFrom(node));
  }

  /** A node of one output, which is also its name. */
  static OnnxNode of(String output, String operator, String... inputs) {
    return new OnnxNode(
        UnknownFieldSet.newBuilder()
            .addField(INPUT, texts(Stream.of(inputs)))
            .addField(OUTPUT, texts(Stream.of(output)))
            .addField(NAME, texts(Stream.of(output)))
            .addField(OPERATOR, texts(Stream.of(operator)))
            .build());
  }

  OnnxNode with(String attribute, long value) {
    return with(attribute, ATTRIBUTE_INT, TYPE_INT, Field.newBuilder().addVarint(value));
  }

  OnnxNode with(String attribute, List<Long> values) {
    Field.Builder ints = Field.newBuilder();
    values.forEach(ints::addVarint);
    return with(attribute, ATTRIBUTE_INTS, TYPE_INTS, ints);
  }

  private OnnxNode with(String attribute, int field, long type, Field.Builder value) {
    UnknownFieldSet written =
        UnknownFieldSet.newBuilder()
            .addField(ATTRIBUTE_NAME, texts(Stream.of(attribute)))
            .addField(field, value.build())
            .addField(ATTRIBUTE_TYPE, Field.newBuilder().addVarint(type).build())
            .build();
    Field.Builder attributes =
        Field.newBuilder(fields.getField(ATTRIBUTE)).addLengthDelimited(written.toByteString());
    return new OnnxNode(fields.toBuilder().addField(ATTRIBUTE, attributes.build()).build());
  }

  String operator() {
    return OnnxModel.text(fields.getField(OPERATOR));
  }

  List<String> inputs() {
    return texts(fields.getField(INPUT));
  }

  List<String> outputs() {
    return texts(fields.getField(OUTPUT));
  }

  boolean is(String operator) {
    return operator().equals(operator);
  }

  /** The same node, which takes another tensor where it took one. */
  OnnxNode replacing(String taken, String instead) {
    Stream<String> inputs = inputs().stream().map(input -> input.equals(taken) ? instead : input);
    return new OnnxNode(fields.toBuilder().addField(INPUT, texts(inputs)).build());
  }

  /** An attribute of whole numbers. */
  Optional<List<Long>> numbers(String attribute) throws IOException {
    Optional<UnknownFieldSet> found = attribute(attribute, ATTRIBUTE_INTS);
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(OnnxModel.numbers(found.get().getField(ATTRIBUTE_INTS)));
  }

  /** An attribute that is a tensor, such as the value of a Constant. */
  Optional<ByteString> tensor(String attribute) throws InvalidProtocolBufferException {
    return attribute(attribute, ATTRIBUTE_TENSOR)
        .map(found -> found.getField(ATTRIBUTE_TENSOR).getLengthDelimitedList().getFirst());
  }

  private Optional<UnknownFieldSet> attribute(String name, int field)
      throws InvalidProtocolBufferException {
    for (ByteString bytes : fields.getField(ATTRIBUTE).getLengthDelimitedList()) {
      UnknownFieldSet attribute = UnknownFieldSet.parseFrom(bytes);
      if (attribute.hasField(field) && texts(attribute.getField(ATTRIBUTE_NAME)).contains(name)) {
        return Optional.of(attribute);
      }
    }
    return Optional.empty();
  }

  private static List<String> texts(Field field) {
    return field.getLengthDelimitedList().stream().map(ByteString::toStringUtf8).toList();
  }

  private static Field texts(Stream<String> texts) {
    Field.Builder field = Field.newBuilder();
    texts.map(ByteString::copyFromUtf8).forEach(field::addLengthDelimited);
    return field.build();
  }
}
