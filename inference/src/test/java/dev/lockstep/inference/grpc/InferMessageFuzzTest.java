package dev.lockstep.inference.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.grpc.oip.InferParameter;
import dev.lockstep.inference.grpc.oip.InferTensorContents;
import dev.lockstep.inference.grpc.oip.ModelInferRequest;
import dev.lockstep.inference.grpc.oip.ModelInferRequest.InferInputTensor;
import dev.lockstep.inference.grpc.oip.ModelInferRequest.InferRequestedOutputTensor;
import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.BinaryTensors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Whatever the bytes: a request that adds up, or a complaint; never another exception, never
 * memory.
 */
final class InferMessageFuzzTest {

  @Property(tries = 5_000)
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
    readsOrRefuses(bytes);
  }

  @Property(tries = 5_000)
  void anyMessageIsReadOrRefused(@ForAll("requests") ModelInferRequest request) {
    readsOrRefuses(request.toByteArray());
  }

  @Property(tries = 5_000)
  void aMessageWithOneByteChangedIsReadOrRefused(
      @ForAll("requests") ModelInferRequest request,
      @ForAll @IntRange(min = 0, max = 1_000_000) int at,
      @ForAll byte value) {
    byte[] bytes = request.toByteArray();
    if (bytes.length > 0) {
      bytes[at % bytes.length] = value;
    }
    readsOrRefuses(bytes);
  }

  @Property(tries = 2_000)
  void aMessageThatIsCutIsReadOrRefused(
      @ForAll("requests") ModelInferRequest request,
      @ForAll @IntRange(min = 0, max = 1_000_000) int at) {
    byte[] bytes = request.toByteArray();
    readsOrRefuses(Arrays.copyOf(bytes, bytes.length == 0 ? 0 : at % bytes.length));
  }

  @Property(tries = 1_000)
  void rawContentsOfAnotherLengthAreRefused(
      @ForAll("numberTypes") ElementType type,
      @ForAll @Size(max = 3) List<@IntRange(min = 0, max = 4) Integer> shape,
      @ForAll @IntRange(min = 0, max = 600) int length) {
    InferInputTensor.Builder input =
        InferInputTensor.newBuilder().setName("x").setDatatype(type.name());
    shape.forEach(input::addShape);
    int elements = shape.stream().reduce(1, (one, other) -> one * other);
    byte[] bytes =
        ModelInferRequest.newBuilder()
            .addInputs(input)
            .addRawInputContents(ByteString.copyFrom(new byte[length]))
            .build()
            .toByteArray();

    if (length == elements * type.bytes()) {
      assertThat(InferMessage.parse(bytes).inputs().get("x"))
          .isInstanceOfSatisfying(
              Tensor.Numbers.class,
              tensor -> assertThat(tensor.data().remaining()).isEqualTo(length));
    } else {
      assertThatThrownBy(() -> InferMessage.parse(bytes)).isInstanceOf(ApiException.class);
    }
  }

  /** A request adds up, and what it holds is not much more than what was sent. */
  private static void readsOrRefuses(byte[] bytes) {
    InferMessage request;
    try {
      request = InferMessage.parse(bytes);
    } catch (ApiException refused) {
      assertThat(refused.kind()).isEqualTo(ApiException.Kind.INVALID);
      return;
    }
    for (Tensor tensor : request.inputs().values()) {
      // One byte on the wire is at most a number of eight.
      assertThat(BinaryTensors.size(tensor)).isLessThanOrEqualTo(8L * bytes.length);
    }
  }

  @Provide
  Arbitrary<ElementType> numberTypes() {
    return Arbitraries.of(ElementType.class).filter(type -> type != ElementType.BYTES);
  }

  @Provide
  Arbitrary<ModelInferRequest> requests() {
    return Combinators.combine(
            texts(), inputs().list().ofMaxSize(3), contents().list().ofMaxSize(3), outputs())
        .as((text, inputs, raw, outputs) ->
            ModelInferRequest.newBuilder()
                .setModelName(text)
                .setModelVersion(text)
                .setId(text)
                .addAllInputs(inputs)
                .addAllOutputs(outputs)
                .addAllRawInputContents(raw)
                .build());
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.frequencyOf(
        Tuple.of(3, Arbitraries.of("x", "y", "", "FP32")),
        Tuple.of(1, Arbitraries.strings().ofMaxLength(5).filter(InferMessageFuzzTest::isWhole)));
  }

  private static boolean isWhole(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static Arbitrary<ByteString> contents() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(ByteString::copyFrom);
  }

  private static Arbitrary<InferInputTensor> inputs() {
    return Combinators.combine(texts(), datatypes(), shapes(), typed().optional(), parameters())
        .as((name, datatype, shape, typed, parameter) -> {
          InferInputTensor.Builder input =
              InferInputTensor.newBuilder().setName(name).setDatatype(datatype).addAllShape(shape);
          typed.ifPresent(input::setContents);
          if (!parameter.isEmpty()) {
            input.putParameters(parameter, InferParameter.getDefaultInstance());
          }
          return input.build();
        });
  }

  private static Arbitrary<String> datatypes() {
    List<String> names = new ArrayList<>(List.of("", "UINT16", "UINT64", "fp32", "nonsense \n"));
    Arrays.stream(ElementType.values()).map(ElementType::name).forEach(names::add);
    return Arbitraries.of(names);
  }

  private static Arbitrary<List<Long>> shapes() {
    return Arbitraries.frequencyOf(
            Tuple.of(8, Arbitraries.longs().between(0, 3)), Tuple.of(1, Arbitraries.longs()))
        .list()
        .ofMaxSize(4);
  }

  private static Arbitrary<String> parameters() {
    return Arbitraries.of("", "", "", "shared_memory_region", "binary_data_size");
  }

  private static Arbitrary<List<InferRequestedOutputTensor>> outputs() {
    return texts()
        .map(name -> InferRequestedOutputTensor.newBuilder().setName(name).build())
        .list()
        .ofMaxSize(2);
  }

  private static Arbitrary<InferTensorContents> typed() {
    Arbitrary<Integer> numbers = Arbitraries.integers();
    Arbitrary<InferTensorContents> one =
        Combinators.combine(Arbitraries.integers().between(0, 7), numbers.list().ofMaxSize(9))
            .as((kind, values) -> filled(kind, values).build());
    // Now and then two kinds at once.
    return Arbitraries.frequencyOf(
        Tuple.of(6, one),
        Tuple.of(
            1,
            Combinators.combine(one, one)
                .as((left, right) -> left.toBuilder().mergeFrom(right).build())));
  }

  private static InferTensorContents.Builder filled(int kind, List<Integer> values) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (int value : values) {
      switch (kind) {
        case 0 -> contents.addBoolContents(value % 2 == 0);
        case 1 -> contents.addIntContents(value);
        case 2 -> contents.addInt64Contents(value);
        case 3 -> contents.addUintContents(value);
        case 4 -> contents.addUint64Contents(value);
        case 5 -> contents.addFp32Contents(value);
        case 6 -> contents.addFp64Contents(value);
        default -> contents.addBytesContents(ByteString.copyFrom(new byte[] {(byte) value}));
      }
    }
    return contents;
  }
}
