package dev.lockstep.inference.grpc;

import static dev.lockstep.inference.grpc.GrpcTester.floats;
import static dev.lockstep.inference.grpc.GrpcTester.input;
import static dev.lockstep.inference.grpc.GrpcTester.raw;
import static dev.lockstep.inference.grpc.GrpcTester.request;
import static dev.lockstep.inference.grpc.GrpcTester.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.tiny.KeyedServer;
import dev.lockstep.inference.tiny.OnnxGraph;
import dev.lockstep.inference.tiny.TinyModels;
import inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import inference.GrpcPredictV2.InferParameter;
import inference.GrpcPredictV2.InferTensorContents;
import inference.GrpcPredictV2.ModelInferRequest.InferRequestedOutputTensor;
import inference.GrpcPredictV2.ModelInferResponse;
import inference.GrpcPredictV2.ModelMetadataRequest;
import inference.GrpcPredictV2.ModelMetadataResponse;
import inference.GrpcPredictV2.ModelReadyRequest;
import inference.GrpcPredictV2.ServerMetadataRequest;
import inference.GrpcPredictV2.ServerMetadataResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The gRPC flavour through the real server, asked with the stubs that Apache Camel publishes.
 *
 * @see <a href="https://camel.apache.org/components/4.14.x/kserve-component.html">Camel's KServe
 *     component</a>
 */
@Timeout(60)
final class GrpcInferenceTest {
  private static final int LARGE = 100_000;

  @TempDir static Path models;

  private static InferenceServer server;
  private static GrpcTester grpc;
  private static GRPCInferenceServiceBlockingStub stub;

  @BeforeAll
  static void serve() {
    TinyModels.ofEachType(models);
    new OnnxGraph()
        .input("left", ElementType.FP32, "batch")
        .input("right", ElementType.FP32, "batch")
        .output("sum", ElementType.FP32, "batch")
        .output("product", ElementType.FP32, "batch")
        .node("sum", "Add", "left", "right")
        .node("product", "Mul", "left", "right")
        .writeTo(models.resolve("arithmetic"), "{}");
    new OnnxGraph()
        .input("x", ElementType.FP32, "batch")
        .output("same", ElementType.FP32, "batch")
        .input("halves", ElementType.FP16, "batch")
        .output("half", ElementType.FP16, "batch")
        .node("same", "Identity", "x")
        .node("half", "Identity", "halves")
        .writeTo(models.resolve("mixed"), "{}");
    OnnxGraph.identity(ElementType.FP32, "batch", LARGE).writeTo(models.resolve("large"), "{}");
    OnnxGraph.identity(ElementType.FP32, "batch", 2)
        .writeTo(models.resolve("refused"), "{\"unknown_key\":1}");
    server = KeyedServer.of(models, Map.of("lockstep.grpc.port", "0"));
    grpc = new GrpcTester(server);
    stub = grpc.stub("secret");
  }

  @AfterAll
  static void stop() {
    grpc.close();
    server.close();
  }

  @Test
  void theServerTellsItsNameAndItsVersion() {
    ServerMetadataResponse metadata =
        stub.serverMetadata(ServerMetadataRequest.getDefaultInstance());

    assertThat(metadata.getName()).isEqualTo("lockstep-inference");
    assertThat(metadata.getVersion()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
  }

  @Test
  void aModelTellsItsTensors() {
    ModelMetadataResponse metadata =
        stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("FP32").build());

    assertThat(metadata.getName()).isEqualTo("FP32");
    assertThat(metadata.getVersionsList()).containsExactly("3");
    assertThat(metadata.getPlatform()).isEqualTo("onnxruntime_onnx");
    assertThat(metadata.getInputs(0).getName()).isEqualTo("x");
    assertThat(metadata.getInputs(0).getDatatype()).isEqualTo("FP32");
    assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 2L);
    assertThat(metadata.getOutputs(0).getName()).isEqualTo("y");
  }

  @Test
  void aModelSaysWhetherItIsReady() {
    assertThat(ready("FP32")).isTrue();
    assertThat(ready("refused")).isFalse();
  }

  private static boolean ready(String model) {
    return stub.modelReady(ModelReadyRequest.newBuilder().setName(model).build()).getReady();
  }

  static Stream<Arguments> contents() {
    return Stream.of(
        Arguments.of(
            "BOOL", InferTensorContents.newBuilder().addBoolContents(true).addBoolContents(false)),
        Arguments.of(
            "UINT8", InferTensorContents.newBuilder().addUintContents(0).addUintContents(255)),
        Arguments.of(
            "INT8", InferTensorContents.newBuilder().addIntContents(-128).addIntContents(127)),
        Arguments.of(
            "INT16",
            InferTensorContents.newBuilder().addIntContents(-32_768).addIntContents(32_767)),
        Arguments.of(
            "INT32",
            InferTensorContents.newBuilder()
                .addIntContents(Integer.MIN_VALUE)
                .addIntContents(Integer.MAX_VALUE)),
        Arguments.of(
            "INT64",
            InferTensorContents.newBuilder()
                .addInt64Contents(Long.MIN_VALUE)
                .addInt64Contents(Long.MAX_VALUE)),
        Arguments.of("FP32", floats(Float.NEGATIVE_INFINITY, 1.5f)),
        Arguments.of(
            "FP64",
            InferTensorContents.newBuilder().addFp64Contents(Double.NaN).addFp64Contents(1e300)),
        Arguments.of(
            "BYTES",
            InferTensorContents.newBuilder()
                .addBytesContents(ByteString.EMPTY)
                .addBytesContents(text("zw\u00f6lf"))));
  }

  @ParameterizedTest
  @MethodSource("contents")
  void eachTypeThatHasAListComesBackInIt(String type, InferTensorContents.Builder contents) {
    ModelInferResponse response =
        stub.modelInfer(request(type, input("x", type, 1, 2).setContents(contents)).build());

    assertThat(response.getRawOutputContentsCount()).isZero();
    assertThat(response.getOutputs(0).getContents()).isEqualTo(contents.build());
    assertThat(response.getOutputs(0).getDatatype()).isEqualTo(type);
    assertThat(response.getOutputs(0).getShapeList()).containsExactly(1L, 2L);
  }

  static Stream<Arguments> rawContents() {
    return Stream.of(
        Arguments.of("BOOL", bytes(1, 0)),
        Arguments.of("UINT8", bytes(0, 255)),
        Arguments.of("INT8", bytes(128, 127)),
        Arguments.of("INT16", bytes(0, 128, 255, 127)),
        Arguments.of("INT32", bytes(0, 0, 0, 128, 1, 2, 3, 4)),
        Arguments.of("INT64", bytes(1, 0, 0, 0, 0, 0, 0, 128, 2, 0, 0, 0, 0, 0, 0, 0)),
        Arguments.of("FP16", bytes(0, 60, 0, 188)),
        Arguments.of("BF16", bytes(128, 63, 128, 191)),
        Arguments.of("FP32", raw(1.5f, -0f)),
        Arguments.of("FP64", bytes(0, 0, 0, 0, 0, 0, 248, 63, 0, 0, 0, 0, 0, 0, 240, 127)),
        Arguments.of("BYTES", bytes(0, 0, 0, 0, 2, 0, 0, 0, 'h', 'i')));
  }

  private static ByteString bytes(int... bytes) {
    byte[] copied = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      copied[i] = (byte) bytes[i];
    }
    return ByteString.copyFrom(copied);
  }

  @ParameterizedTest
  @MethodSource("rawContents")
  void eachTypeThatComesRawComesBackRaw(String type, ByteString raw) {
    ModelInferResponse response =
        stub.modelInfer(request(type, input("x", type, 1, 2)).addRawInputContents(raw).build());

    assertThat(response.getRawOutputContentsList()).containsExactly(raw);
    assertThat(response.getOutputs(0).hasContents()).isFalse();
    assertThat(response.getOutputs(0).getDatatype()).isEqualTo(type);
  }

  @Test
  void severalInputsAndOutputsGoInTheOrderAskedForWithTheRequestsId() {
    ModelInferResponse response =
        stub.modelInfer(
            request("arithmetic", input("right", "FP32", 2).setContents(floats(3, 4)))
                .addInputs(input("left", "FP32", 2).setContents(floats(5, 6)))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("product"))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("sum"))
                .setId("seven")
                .build());

    assertThat(response.getId()).isEqualTo("seven");
    assertThat(response.getModelName()).isEqualTo("arithmetic");
    assertThat(response.getModelVersion()).isEqualTo("1");
    assertThat(response.getOutputs(0).getContents()).isEqualTo(floats(15, 24).build());
    assertThat(response.getOutputs(1).getContents()).isEqualTo(floats(8, 10).build());
  }

  @Test
  void oneOutputThatHasNoListMakesAllOfThemRaw() {
    ModelInferResponse response =
        stub.modelInfer(
            request("mixed", input("x", "FP32", 1))
                .addInputs(input("halves", "FP16", 1))
                .addRawInputContents(raw(2))
                .addRawInputContents(bytes(0, 60))
                .build());

    assertThat(response.getRawOutputContentsList()).containsExactly(raw(2), bytes(0, 60));
  }

  @Test
  void aTensorOfNoElementsNeedsNoContents() {
    // Of a size that the model takes from 1; what is asked here is that it is read.
    assertThat(
            GrpcTester.status(
                    () -> stub.modelInfer(request("FP32", input("x", "FP32", 0, 2)).build()))
                .getDescription())
        .contains("has the shape [0, 2]");
  }

  @Test
  void parametersThatNobodyKnowsDoNothing() {
    ModelInferResponse response =
        stub.modelInfer(
            request("FP32", input("x", "FP32", 1, 2).setContents(floats(1, 2)))
                .putParameters("colour", InferParameter.newBuilder().setStringParam("red").build())
                .build());

    assertThat(response.getOutputs(0).getContents()).isEqualTo(floats(1, 2).build());
  }

  @Test
  void compressedMessagesAreTaken() {
    ModelInferResponse response =
        stub.withCompression("gzip")
            .modelInfer(
                request("FP32", input("x", "FP32", 1, 2).setContents(floats(1, 2))).build());

    assertThat(response.getOutputs(0).getContents()).isEqualTo(floats(1, 2).build());
  }

  @Test
  void aLargeRequestIsAnsweredInFull() {
    ByteString large = raw(new float[4 * LARGE]);

    ModelInferResponse response =
        stub.modelInfer(
            request("large", input("x", "FP32", 4, LARGE)).addRawInputContents(large).build());

    assertThat(response.getRawOutputContents(0)).isEqualTo(large);
  }
}
