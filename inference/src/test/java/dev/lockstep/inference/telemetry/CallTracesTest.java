package dev.lockstep.inference.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.http.HttpTester;
import dev.lockstep.inference.tiny.OnnxGraph;
import inference.GRPCInferenceServiceGrpc;
import inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import inference.GrpcPredictV2.InferTensorContents;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferRequest.InferInputTensor;
import inference.GrpcPredictV2.ServerLiveRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What calls by gRPC leave behind: a trace, a line, and Prometheus' figures. */
@Timeout(60)
final class CallTracesTest {
  private static final String INFER = "inference.GRPCInferenceService/ModelInfer";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

  @TempDir Path models;

  private final Logger accessLog = (Logger) LoggerFactory.getLogger("lockstep.access");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private TraceReceiver receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = new TraceReceiver();
    lines.start();
    accessLog.addAppender(lines);
    OnnxGraph.identity(ElementType.FP32, "batch", 2).writeTo(models.resolve("FP32"), "{}");
  }

  @AfterEach
  void stopListening() {
    accessLog.detachAppender(lines);
    receiver.close();
  }

  @Test
  void aCallIsOneTraceOfItsPartsBelowItsCallers() {
    serve(stub -> stub.modelInfer(request("FP32")));

    Span call = only(INFER);
    assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(hex(call.getTraceId().toByteArray())).isEqualTo(TRACE);
    assertThat(hex(call.getParentSpanId().toByteArray())).isEqualTo("b7ad6b7169203331");
    assertThat(call.getAttributesList())
        .extracting(KeyValue::getKey)
        .contains("rpc.system", "rpc.service", "rpc.method", "rpc.grpc.status_code");
    assertThat(call.getAttributesList())
        .anyMatch(attribute ->
            attribute.getKey().equals("lockstep.outcome")
                && attribute.getValue().getStringValue().equals("served"));
    assertThat(only("queue").getParentSpanId()).isEqualTo(call.getSpanId());
    assertThat(only("inference").getParentSpanId()).isEqualTo(call.getSpanId());
  }

  @Test
  void aRefusalIsTracedAndTheHealthQuestionsAreNot() {
    serve(stub -> {
      assertThatThrownBy(() -> stub.modelInfer(request("zanzibar is no model")))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    });

    assertThat(receiver.spans()).map(Span::getName).containsExactly(INFER);
    assertThat(receiver.everything()).doesNotContain("zanzibar", "the-key");
  }

  @Test
  void theAccessLogHasALineOfEachCallWithItsStatusAndItsTrace() {
    serve(stub -> stub.modelInfer(request("FP32")));

    assertThat(lines.list.getFirst().getFormattedMessage())
        .contains("\"path\":\"/" + INFER + "\"")
        .contains("\"grpc_status\":\"OK\"")
        .contains("\"trace_id\":\"" + TRACE + "\"")
        .doesNotContain("the-key");
  }

  @Test
  void prometheusCountsThemByTheSameNames() {
    serve(stub -> stub.modelInfer(request("FP32")));

    assertThat(scrape)
        .contains("inference_request_duration_seconds_bucket{endpoint=\"infer_grpc\"")
        .contains("inference_requests_in_flight 0.0")
        .containsPattern("inference_run_duration_seconds_count [1-9]");
  }

  private String scrape = "";

  private void serve(Consumer<GRPCInferenceServiceBlockingStub> calls) {
    try (InferenceServer server =
        InferenceServer.start(
            new InferenceServer.Settings(
                0,
                Optional.empty(),
                Map.of(
                    "otel.exporter.otlp.endpoint",
                    receiver.endpoint(),
                    "lockstep.grpc.port",
                    "0",
                    "lockstep.api-keys",
                    "the-key",
                    "lockstep.access-log",
                    true,
                    "lockstep.model",
                    models.toString())))) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("localhost", server.grpcPort().orElseThrow())
              .usePlaintext()
              .build();
      Metadata headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer the-key");
      headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), PARENT);
      calls.accept(
          GRPCInferenceServiceGrpc.newBlockingStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)));
      scrape = new HttpTester(server.uri()).get("/metrics").body();
      channel.shutdownNow();
    }
  }

  private static ModelInferRequest request(String model) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("x")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(2)
                .setContents(
                    InferTensorContents.newBuilder().addFp32Contents(1).addFp32Contents(2)))
        .build();
  }

  private Span only(String name) {
    List<Span> spans =
        receiver.spans().stream().filter(span -> span.getName().equals(name)).toList();
    assertThat(spans).hasSize(1);
    return spans.getFirst();
  }

  private static String hex(byte[] id) {
    return HexFormat.of().formatHex(id);
  }
}
