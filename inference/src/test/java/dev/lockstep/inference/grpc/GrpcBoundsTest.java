package dev.lockstep.inference.grpc;

import static dev.lockstep.inference.grpc.GrpcTester.input;
import static dev.lockstep.inference.grpc.GrpcTester.request;
import static dev.lockstep.inference.grpc.GrpcTester.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.bench.Http2Wire;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.http.HttpTester;
import dev.lockstep.inference.tiny.OnnxGraph;
import inference.GRPCInferenceServiceGrpc;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferResponse;
import inference.GrpcPredictV2.ServerLiveRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What connections and calls may hold, and for how long. */
@Timeout(60)
final class GrpcBoundsTest {
  private static final long POLL_NANOS = 5_000_000;
  private static final int WIDTH = 20_000;

  @TempDir Path models;

  private Optional<InferenceServer> server = Optional.empty();
  private Optional<GrpcTester> client = Optional.empty();
  private Optional<HttpTester> http = Optional.empty();

  private GrpcTester start(Map<String, Object> settings) {
    // 80,000 bytes a row, and next to nothing.
    OnnxGraph.identity(ElementType.FP32, "batch", WIDTH).writeTo(models.resolve("wide"), "{}");
    OnnxGraph.identity(ElementType.FP32, "batch", 1).writeTo(models.resolve("narrow"), "{}");
    Map<String, Object> all =
        new HashMap<>(
            Map.of(
                "lockstep.grpc.port", "0",
                "lockstep.anonymous", "true",
                "lockstep.budget", "30s",
                "lockstep.model", models.toString()));
    all.putAll(settings);
    InferenceServer started =
        InferenceServer.start(new InferenceServer.Settings(0, Optional.empty(), all));
    server = Optional.of(started);
    http = Optional.of(new HttpTester(started.uri()));
    GrpcTester grpc = new GrpcTester(started);
    client = Optional.of(grpc);
    return grpc;
  }

  @AfterEach
  void stop() {
    client.ifPresent(GrpcTester::close);
    server.ifPresent(InferenceServer::close);
  }

  @Test
  void oneConnectionTooManyIsClosedWhateverItSpeaks() throws IOException {
    GrpcTester grpc = start(Map.of("lockstep.max-connections", 2));
    assertThat(isLive(grpc)).isTrue();

    // The client's, and that of whoever asks for the metrics, which is kept alive.
    await("inference_connections 2.0");
    try (Socket third = connect()) {
      assertThat(third.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(isLive(grpc)).isTrue();
    await("closed_total{reason=\"too_many_connections\"} 1.0");
  }

  @Test
  void aConnectionThatSaysNothingIsClosedAfterAWhile() throws IOException {
    start(Map.of("lockstep.idle-timeout", "300ms"));

    try (Socket silent = connect()) {
      // What is read before the end is HTTP/2's greeting and farewell.
      silent.getInputStream().readAllBytes();
    }
  }

  @Test
  void aConnectionThatIsOldIsToldToGoAndItsCallIsAnsweredFirst() throws IOException {
    GrpcTester grpc = start(Map.of("lockstep.grpc.connection-age", "1s"));
    Call begun = new Call(grpc);

    try (Http2Frames old = new Http2Frames(server.orElseThrow().grpcPort().orElseThrow())) {
      Http2Wire.Frame farewell = old.agreeing().next(Http2Wire.GOAWAY).orElseThrow();
      assertThat(farewell.error()).isEqualTo(Http2Frames.NO_ERROR);
      assertThat(farewell.reason()).isEqualTo("max_age");
    }
    // The client's connection is as old; its next call goes by another.
    assertThat(isLive(grpc)).isTrue();
    begun.send(wide(1));
    begun.finish();
    begun.take();
    assertThat(begun.ended.join().getCode()).isEqualTo(Status.Code.OK);
  }

  @Test
  void aCallWhoseRequestDoesNotComeIsToldHowLongItHadAndItsConnectionGoesOn() {
    GrpcTester grpc = start(Map.of("lockstep.read-timeout", "300ms"));

    Call call = new Call(grpc);

    assertThat(call.ended.join().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(call.ended.join().getDescription())
        .isEqualTo(
            "the request did not come in the time it has, which is 300 ms (LOCKSTEP_READ_TIMEOUT)");
    assertThat(isLive(grpc)).isTrue();
    await("closed_total{reason=\"slow_request\"} 1.0");
  }

  @Test
  void aCallThatIsNeverFinishedEndsAndHoldsNothingAfter() {
    GrpcTester grpc = start(Map.of("lockstep.read-timeout", "300ms"));

    Call call = new Call(grpc);
    call.send(wide(1));

    assertThat(call.ended.join().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    await("inference_buffered_bytes 0.0");
  }

  @Test
  void aCallerWhoDoesNotTakeTheAnswerIsResetAndHoldsNothingAfter() {
    GrpcTester grpc = start(Map.of("lockstep.write-timeout", "300ms"));

    Call call = new Call(grpc);
    // More than HTTP/2 lets the server send to who takes nothing.
    call.send(wide(32));
    call.finish();

    await("closed_total{reason=\"slow_response\"} 1.0");
    await("inference_buffered_bytes 0.0");
    call.cancel();
    assertThat(isLive(grpc)).isTrue();
  }

  @Test
  void whoFindsNoRoomIsRefusedAndASmallCallNeedsNone() {
    GrpcTester grpc = start(Map.of("lockstep.buffer-bytes", 40_000));

    Status refused = status(() -> grpc.stub().modelInfer(wide(1)));

    assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getDescription()).isEqualTo("too many bytes are under way");
    assertThat(grpc.stub().modelInfer(rows("narrow", 1, 1)).getOutputsCount()).isOne();
    await("inference_buffered_bytes 0.0");
    await("requests_refused_total{endpoint=\"unread\",reason=\"no_room\"} 1.0");
  }

  @Test
  void whatIsSmallOnlyAsLongAsItIsPackedNeedsRoomToo() {
    GrpcTester grpc = start(Map.of("lockstep.buffer-bytes", 40_000));

    Status refused = status(() -> grpc.stub().withCompression("gzip").modelInfer(wide(1)));

    assertThat(refused.getDescription()).isEqualTo("too many bytes are under way");
    await("inference_buffered_bytes 0.0");
  }

  @Test
  void oneCallTooManyIsRefusedAndAnotherFindsItsPlaceAfterIt() {
    GrpcTester grpc = start(Map.of("lockstep.max-connections", 2));
    // Calls that wait for the connection are begun in no order.
    assertThat(isLive(grpc)).isTrue();
    Call first = new Call(grpc);
    Call second = new Call(grpc);

    assertThat(status(() -> isLive(grpc)).getDescription())
        .isEqualTo("too many calls are under way");
    first.cancel();
    second.cancel();
    first.ended.join();
    second.ended.join();
    awaitLive(grpc);
  }

  @Test
  void whatWasHeldIsGivenBackWithEachAnswer() {
    GrpcTester grpc = start(Map.of());

    for (int i = 0; i < 20; i++) {
      assertThat(grpc.stub().modelInfer(wide(4)).getOutputsCount()).isOne();
    }

    await("inference_buffered_bytes 0.0");
  }

  private static boolean isLive(GrpcTester grpc) {
    return grpc.stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive();
  }

  /** A reset is on its way when the client has forgotten its call. */
  private static void awaitLive(GrpcTester grpc) {
    while (true) {
      try {
        assertThat(isLive(grpc)).isTrue();
        return;
      } catch (StatusRuntimeException _) {
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
  }

  private static ModelInferRequest wide(int rows) {
    return rows("wide", rows, WIDTH);
  }

  private static ModelInferRequest rows(String model, int rows, int width) {
    return request(model, input("x", "FP32", rows, width))
        .addRawInputContents(ByteString.copyFrom(new byte[rows * width * Float.BYTES]))
        .build();
  }

  private Socket connect() throws IOException {
    return new Socket("localhost", server.orElseThrow().grpcPort().orElseThrow());
  }

  private void await(String shown) {
    while (!http.orElseThrow().get("/metrics").body().contains(shown)) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** A call that asks for no message, so that none is taken. */
  private static final class Call {
    private final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final ClientCall<ModelInferRequest, ModelInferResponse> call;

    Call(GrpcTester grpc) {
      // Of a call of one message the headers would wait for it.
      call =
          grpc.channel()
              .newCall(
                  GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder()
                      .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                      .build(),
                  CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
              ended.complete(status);
            }
          },
          new Metadata());
    }

    void send(ModelInferRequest request) {
      call.sendMessage(request);
    }

    void finish() {
      call.halfClose();
    }

    void take() {
      call.request(2);
    }

    void cancel() {
      call.cancel("the test is over", null);
    }
  }
}
