package dev.lockstep.inference.grpc;

import static dev.lockstep.inference.grpc.GrpcTester.floats;
import static dev.lockstep.inference.grpc.GrpcTester.input;
import static dev.lockstep.inference.grpc.GrpcTester.raw;
import static dev.lockstep.inference.grpc.GrpcTester.request;
import static dev.lockstep.inference.grpc.GrpcTester.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.tiny.KeyedServer;
import dev.lockstep.inference.tiny.TinyModels;
import inference.GrpcPredictV2.InferParameter;
import inference.GrpcPredictV2.InferTensorContents;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferRequest.InferRequestedOutputTensor;
import inference.GrpcPredictV2.ModelMetadataRequest;
import inference.GrpcPredictV2.ModelReadyRequest;
import inference.GrpcPredictV2.ServerLiveRequest;
import inference.GrpcPredictV2.ServerMetadataRequest;
import inference.GrpcPredictV2.ServerReadyRequest;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gRPC flavour refuses, with which status and in which words. */
@Timeout(60)
final class GrpcRefusalsTest {
  private static final String INFER = "inference.GRPCInferenceService/ModelInfer";

  @TempDir static Path models;

  private static InferenceServer server;
  private static GrpcTester grpc;

  @BeforeAll
  static void serve() {
    TinyModels.ofEachType(models);
    server = KeyedServer.of(models, Map.of("lockstep.grpc.port", "0"));
    grpc = new GrpcTester(server);
  }

  @AfterAll
  static void stop() {
    grpc.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer ", "Bearer wrong", "secret", "Basic secret"})
  void nothingIsToldOrDoneWithoutAKey(String authorization) {
    var stub = grpc.stub(GrpcTester.headers("authorization", authorization));
    List<Runnable> calls =
        List.of(
            () -> stub.serverMetadata(ServerMetadataRequest.getDefaultInstance()),
            () -> stub.modelReady(ModelReadyRequest.getDefaultInstance()),
            () -> stub.modelMetadata(ModelMetadataRequest.getDefaultInstance()),
            () -> stub.modelInfer(ModelInferRequest.getDefaultInstance()));

    assertThat(calls).map(call -> status(call).getCode()).containsOnly(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void whetherTheServerIsLiveAndReadyIsToldWithoutAKey() {
    assertThat(grpc.stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThat(grpc.stub().serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
        .isTrue();
  }

  @Test
  void aModelThatIsNotServedIsNotFound() {
    Status status = infer(request("gone", input("x", "FP32", 1, 2).setContents(floats(1, 2))));

    assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(status.getDescription()).startsWith("model 'gone' is not served; served is ");
  }

  @Test
  void aVersionThatIsNotThereIsNotFound() {
    Status status =
        infer(
            request("FP32", input("x", "FP32", 1, 2).setContents(floats(1, 2)))
                .setModelVersion("7"));

    assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(status.getDescription()).isEqualTo("model 'FP32' has no version '7'; there is 3");
  }

  @Test
  void whatIsNotFoundIsNotFoundByTheQuestionsAboutModelsToo() {
    var stub = grpc.stub("secret");

    assertThat(
            status(() -> stub.modelReady(ModelReadyRequest.newBuilder().setName("gone").build()))
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(
            status(() ->
                    stub.modelMetadata(
                        ModelMetadataRequest.newBuilder().setName("FP32").setVersion("7").build()))
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  static Stream<Arguments> requestsThatDoNotAddUp() {
    return Stream.of(
        Arguments.of(
            request("FP32", input("x", "FP32", 1, 2).setContents(floats(1, 2)))
                .addRawInputContents(raw(1, 2)),
            "inputs[0].contents is given beside raw_input_contents; one of the two is allowed"),
        Arguments.of(
            request("FP32", input("x", "FP32", 1, 2))
                .addRawInputContents(raw(1, 2))
                .addRawInputContents(raw(1, 2)),
            "raw_input_contents has 2 entries; there are 1 inputs, and each has one"),
        Arguments.of(
            request("FP32", input("x", "FP32", 1, 2)).addRawInputContents(raw(1, 2, 3)),
            "raw_input_contents[0] has 12 bytes; 2 elements of FP32 are 8"),
        Arguments.of(
            request("BOOL", input("x", "BOOL", 1, 2))
                .addRawInputContents(ByteString.copyFrom(new byte[] {1, 2})),
            "raw_input_contents[0] has the byte 2 at element 1; a BOOL is 0 or 1"),
        Arguments.of(
            request("BYTES", input("x", "BYTES", 1, 2))
                .addRawInputContents(ByteString.copyFrom(new byte[] {9, 0, 0, 0, 1, 1, 1, 1})),
            "raw_input_contents[0] says that element 0 has 9 bytes; 4 are left"),
        Arguments.of(
            request("FP32", input("x", "FP32", 1, 2).setContents(floats(1, 2, 3))),
            "inputs[0].contents.fp32_contents has 3 elements; the shape [1, 2] holds 2"),
        Arguments.of(
            request("FP32", input("x", "FP32", -1, 2).setContents(floats(1, 2))),
            "inputs[0].shape[0] must be a whole number, 0 or more"),
        Arguments.of(
            request(
                "FP32", input("x", "FP32", Long.MAX_VALUE, Long.MAX_VALUE).setContents(floats(1))),
            "inputs[0].contents.fp32_contents has 1 elements; the shape [9223372036854775807,"
                + " 9223372036854775807] holds more than can be"),
        Arguments.of(
            request("FP32", input("x", "FP32", 1L << 62, 8)).addRawInputContents(raw(1)),
            "raw_input_contents[0] has the shape [4611686018427387904, 8], more than a tensor can"
                + " hold"),
        Arguments.of(
            request("FP32", input("x", "FP32", new long[65]).setContents(floats())),
            "inputs[0].shape has 65 sizes; at most 64 are allowed"),
        Arguments.of(
            request("FP32", input("x", "FLOAT", 1, 2).setContents(floats(1, 2))),
            "inputs[0].datatype is 'FLOAT'; served are [BOOL, UINT8, INT8, INT16, INT32, INT64,"
                + " FP16, BF16, FP32, FP64, BYTES]"),
        Arguments.of(
            request("FP32", input("x", "a text of somebody's", 1, 2).setContents(floats(1, 2))),
            "inputs[0].datatype is no name; served are [BOOL, UINT8, INT8, INT16, INT32, INT64,"
                + " FP16, BF16, FP32, FP64, BYTES]"),
        Arguments.of(
            request(
                "INT64",
                input("x", "INT64", 1, 2)
                    .setContents(
                        InferTensorContents.newBuilder().addIntContents(1).addIntContents(2))),
            "inputs[0].contents has int_contents; INT64 goes into int64_contents alone"),
        Arguments.of(
            request("FP16", input("x", "FP16", 1, 2).setContents(floats(1, 2))),
            "inputs[0].contents cannot hold FP16; send it in raw_input_contents"),
        Arguments.of(
            request("BF16", input("x", "BF16", 1, 2)),
            "inputs[0].contents cannot hold BF16; send it in raw_input_contents"),
        Arguments.of(
            request(
                "INT8",
                input("x", "INT8", 1, 2)
                    .setContents(
                        InferTensorContents.newBuilder().addIntContents(1).addIntContents(128))),
            "inputs[0].contents.int_contents holds a number outside of INT8"),
        Arguments.of(
            request(
                "UINT8",
                input("x", "UINT8", 1, 2)
                    .setContents(
                        InferTensorContents.newBuilder().addUintContents(1).addUintContents(-1))),
            "inputs[0].contents.uint_contents holds a number outside of UINT8"),
        Arguments.of(
            request(
                "BYTES",
                input("x", "BYTES", 1, 2)
                    .setContents(
                        InferTensorContents.newBuilder()
                            .addBytesContents(GrpcTester.text("a"))
                            .addBytesContents(ByteString.copyFrom(new byte[] {-1})))),
            "inputs[0].contents.bytes_contents[1] is not UTF-8; strings of ONNX are"),
        Arguments.of(
            request("FP32", input("x", "FP32", 1, 2).setContents(floats(1, 2)))
                .addInputs(input("x", "FP32", 1, 2).setContents(floats(1, 2))),
            "inputs[1].name is that of an input before it"),
        Arguments.of(
            request("FP32", input("z", "FP32", 1, 2).setContents(floats(1, 2))),
            "inputs input 'z' is not known; the model takes [x]"),
        Arguments.of(
            ModelInferRequest.newBuilder().setModelName("FP32"),
            "inputs input 'x' is missing; the model takes [x]"),
        Arguments.of(
            request("FP32", input("x", "FP32", 1, 3).setContents(floats(1, 2, 3))),
            "inputs input 'x' has the shape [1, 3]; the model takes [-1, 2], where -1 is any size"
                + " from 1"),
        Arguments.of(
            request("FP32", input("x", "FP32", 1, 2).setContents(floats(1, 2)))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("q")),
            "outputs[0].name is 'q'; the model gives [y]"),
        Arguments.of(
            request("FP32", input("x", "FP32", 1, 2).setContents(floats(1, 2)))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("y"))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("y")),
            "outputs[1].name is that of an output before it"),
        Arguments.of(
            request("FP32", input("x", "FP32", 1, 2).setContents(floats(1, 2)))
                .putParameters("sequence_id", InferParameter.getDefaultInstance()),
            "parameters.sequence_id is not served; requests know nothing of each other"),
        Arguments.of(
            request(
                "FP32",
                input("x", "FP32", 1, 2)
                    .setContents(floats(1, 2))
                    .putParameters("shared_memory_region", InferParameter.getDefaultInstance())),
            "inputs[0].parameters.shared_memory_region is not served; send the tensor itself"),
        Arguments.of(
            request("FP32", input("x", "FP32", 1, 2).setContents(floats(1, 2)))
                .addOutputs(
                    InferRequestedOutputTensor.newBuilder()
                        .setName("y")
                        .putParameters("classification", InferParameter.getDefaultInstance())),
            "outputs[0].parameters.classification is not served; ask for the tensor itself"));
  }

  @ParameterizedTest
  @MethodSource("requestsThatDoNotAddUp")
  void aRequestThatDoesNotAddUpIsAnInvalidArgument(ModelInferRequest.Builder wrong, String why) {
    Status status = infer(wrong);

    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).isEqualTo(why);
  }

  @Test
  void theFieldThatIsWrongIsThereForProgramsToo() throws InvalidProtocolBufferException {
    StatusRuntimeException refused =
        GrpcTester.refusal(() ->
            grpc.stub("secret")
                .modelInfer(
                    request("FP32", input("x", "FP32", 1, 2)).addRawInputContents(raw(1)).build()));

    List<Any> details =
        Objects.requireNonNull(Objects.requireNonNull(refused.getTrailers()).get(Statuses.DETAILS))
            .getDetailsList();
    assertThat(details.get(0).unpack(ErrorInfo.class).getReason()).isEqualTo("INVALID_VALUE");
    assertThat(details.get(1).unpack(BadRequest.class).getFieldViolations(0).getField())
        .isEqualTo("raw_input_contents[0]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ServerLive",
        "ServerReady",
        "ModelReady",
        "ServerMetadata",
        "ModelMetadata",
        "ModelInfer"
      })
  void whatIsNoMessageIsAnInvalidArgument(String method) {
    byte[] halfATag = {-1, -1};

    Status status =
        status(
            () -> send("inference.GRPCInferenceService/" + method, halfATag, CallOptions.DEFAULT));

    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void aMessageOfMorePartsThanAnyModelHasIsRefusedBeforeItIsMade() {
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("FP32");
    for (int i = 0; i < InferMessage.MOST_PARTS; i++) {
      request.addInputs(ModelInferRequest.InferInputTensor.getDefaultInstance());
    }

    Status status = infer(request);

    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).isEqualTo("the message has more than 4096 fields");
  }

  @Test
  void aMessageOfMoreThan4MebibytesIsRefusedAndTheConnectionGoesOn() {
    byte[] large = new byte[4 * 1024 * 1024 + 1];

    assertThat(status(() -> send(INFER, large, CallOptions.DEFAULT)).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(grpc.stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
  }

  @Test
  void aMessageThatIsLargeOnlyOnceItIsUnpackedIsRefusedToo() {
    byte[] large = new byte[4 * 1024 * 1024 + 1];

    assertThat(
            status(() -> send(INFER, large, CallOptions.DEFAULT.withCompression("gzip"))).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "soon", "3600001"})
  void aBudgetThatIsNoTimeIsAnInvalidArgument(String millis) {
    Metadata headers = GrpcTester.bearer("secret");
    headers.merge(GrpcTester.headers("x-request-timeout-ms", millis));

    Status status =
        status(() ->
            grpc.stub(headers)
                .modelInfer(
                    request("FP32", input("x", "FP32", 1, 2).setContents(floats(1, 2))).build()));

    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).startsWith("X-Request-Timeout-Ms must be");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inference.GRPCInferenceService/ModelStreamInfer",
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
      })
  void whatIsNotServedIsUnimplementedAndReflectionIsNot(String method) {
    assertThat(status(() -> send(method, new byte[0], CallOptions.DEFAULT)).getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  private static Status infer(ModelInferRequest.Builder request) {
    return status(() -> grpc.stub("secret").modelInfer(request.build()));
  }

  private static void send(String method, byte[] bytes, CallOptions options) {
    grpc.send(method, bytes, options, GrpcTester.bearer("secret"));
  }
}
