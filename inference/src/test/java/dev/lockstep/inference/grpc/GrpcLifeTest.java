package dev.lockstep.inference.grpc;

import static dev.lockstep.inference.grpc.GrpcTester.floats;
import static dev.lockstep.inference.grpc.GrpcTester.input;
import static dev.lockstep.inference.grpc.GrpcTester.request;
import static dev.lockstep.inference.grpc.GrpcTester.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.bench.ServerProcess;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.http.FaultyEngine;
import dev.lockstep.inference.tiny.OnnxGraph;
import inference.GRPCInferenceServiceGrpc;
import inference.GrpcPredictV2.InferTensorContents;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferResponse;
import inference.GrpcPredictV2.ServerReadyRequest;
import io.grpc.ConnectivityState;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gRPC port from before the models are there to the last answer. */
@Timeout(120)
final class GrpcLifeTest {
  private static final HealthCheckRequest WHOLE = HealthCheckRequest.getDefaultInstance();

  @TempDir Path folder;

  @Test
  void whoComesBeforeTheModelsIsToldThatTheTaskStarts() throws IOException {
    int port = freePort();
    FaultyEngine engine = new FaultyEngine();
    engine.hang();
    CompletableFuture<InferenceServer> starting =
        CompletableFuture.supplyAsync(
            () -> start(Optional.of(engine), Map.of("lockstep.grpc.port", port)));
    engine.awaitRun();

    try (GrpcTester grpc = new GrpcTester(port)) {
      Status status = status(() -> grpc.stub().modelInfer(ids()));
      assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(status.getDescription()).isEqualTo("this task is starting and takes no requests");
      assertThat(grpc.stub().serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
          .isFalse();
      assertThat(check(grpc)).isEqualTo(ServingStatus.NOT_SERVING);

      engine.release();
      try (InferenceServer _ = starting.join()) {
        assertThat(grpc.stub().modelInfer(ids()).getOutputsCount()).isOne();
        assertThat(check(grpc)).isEqualTo(ServingStatus.SERVING);
      }
    }
  }

  @Test
  void whatIsUnderWayIsAnsweredAndWhatComesAfterIsUnavailable() {
    FaultyEngine engine = new FaultyEngine();
    InferenceServer server = start(Optional.of(engine), Map.of("lockstep.grpc.port", 0));
    engine.hang();
    try (GrpcTester grpc = new GrpcTester(server)) {
      ListenableFuture<ModelInferResponse> underWay =
          GRPCInferenceServiceGrpc.newFutureStub(grpc.channel()).modelInfer(ids());
      engine.awaitRun();

      CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);
      CountDownLatch leaves = new CountDownLatch(1);
      grpc.channel().notifyWhenStateChanged(ConnectivityState.READY, leaves::countDown);
      await(leaves);

      assertThat(status(() -> grpc.stub().modelInfer(ids())).getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
      engine.release();
      assertThat(join(underWay).getOutputsCount()).isOne();
      stopped.join();
    }
  }

  @Test
  void everyCallThatWasSentIsAnsweredOrUnavailableWhenTheProcessIsTerminated() throws Exception {
    OnnxGraph.identity(ElementType.FP32, "batch", 2).writeTo(folder.resolve("models/FP32"), "{}");
    int port = freePort();
    List<String> options = new ArrayList<>(List.of("-Xmx256m"));
    options.addAll(ServerProcess.ofClassPath());
    try (ServerProcess server =
            ServerProcess.start(
                options,
                Map.of(
                    "LOCKSTEP_GRPC_PORT", Integer.toString(port),
                    "LOCKSTEP_BUDGET", "20s",
                    "LOCKSTEP_MODEL", folder.resolve("models").toString()),
                folder.resolve("server.log"));
        GrpcTester grpc = new GrpcTester(port)) {
      server.awaitReady();
      CountDownLatch answered = new CountDownLatch(500);
      List<CompletableFuture<Status.Code>> clients = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        clients.add(
            CompletableFuture.supplyAsync(
                () -> askUntilRefused(grpc, answered), Thread::startVirtualThread));
      }
      await(answered);

      server.terminate();

      assertThat(server.awaitEnd(Duration.ofSeconds(25))).isEqualTo(128 + 15);
      assertThat(clients).map(CompletableFuture::join).containsOnly(Status.Code.UNAVAILABLE);
    }
  }

  private static Status.Code askUntilRefused(GrpcTester grpc, CountDownLatch answered) {
    ModelInferRequest floats =
        request("FP32", input("x", "FP32", 1, 2).setContents(floats(1, 2))).build();
    while (true) {
      try {
        ModelInferResponse response = grpc.stub().modelInfer(floats);
        assertThat(response.getOutputsCount()).isOne();
        answered.countDown();
      } catch (StatusRuntimeException refused) {
        return refused.getStatus().getCode();
      }
    }
  }

  @Test
  void aPortThatIsTakenIsAClearErrorAndNothingIsLeftOpen() throws IOException {
    int http = freePort();
    try (ServerSocket taken = new ServerSocket(0)) {
      Map<String, Object> settings = Map.of("lockstep.grpc.port", taken.getLocalPort());

      assertThatThrownBy(() ->
              InferenceServer.start(
                  new InferenceServer.Settings(
                      http, Optional.of(new FaultyEngine()), anonymous(settings))))
          .hasMessage(
              ("LOCKSTEP_GRPC_PORT is %d, which cannot be listened on: Address already in use;"
                      + " stop what listens there, or choose another: 1 to 65535 are allowed, or 0"
                      + " for any that is free")
                  .formatted(taken.getLocalPort()));
    }
    new ServerSocket(http).close();
  }

  @Test
  void withoutAPortThereIsNoGrpc() {
    try (InferenceServer server = start(Optional.of(new FaultyEngine()), Map.of())) {
      assertThat(server.grpcPort()).isEmpty();
    }
  }

  @Test
  void whoWatchesHearsOfTheEnd() {
    FaultyEngine engine = new FaultyEngine();
    InferenceServer server = start(Optional.of(engine), Map.of("lockstep.grpc.port", 0));
    try (GrpcTester grpc = new GrpcTester(server)) {
      Iterator<HealthCheckResponse> watched =
          HealthGrpc.newBlockingStub(grpc.channel()).watch(WHOLE);
      assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.SERVING);

      CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);

      assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(status(watched::next).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      stopped.join();
    }
  }

  @Test
  void whoWatchesHearsOfADeviceThatHangsAndOfItsReturn() {
    FaultyEngine engine = new FaultyEngine();
    try (InferenceServer server =
            start(
                Optional.of(engine),
                Map.of("lockstep.grpc.port", 0, "lockstep.longest-run", "200ms"));
        GrpcTester grpc = new GrpcTester(server)) {
      Iterator<HealthCheckResponse> watched =
          HealthGrpc.newBlockingStub(grpc.channel())
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .watch(
                  HealthCheckRequest.newBuilder()
                      .setService("inference.GRPCInferenceService")
                      .build());
      assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.SERVING);
      engine.hang();
      ListenableFuture<ModelInferResponse> _ =
          GRPCInferenceServiceGrpc.newFutureStub(grpc.channel()).modelInfer(ids());

      assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
      engine.release();
      assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.SERVING);
    }
  }

  @Test
  void aServiceThatNobodyKnowsIsNotFoundAndUnknownToWhoWatches() {
    HealthCheckRequest other = HealthCheckRequest.newBuilder().setService("other").build();
    try (InferenceServer server =
            start(Optional.of(new FaultyEngine()), Map.of("lockstep.grpc.port", 0));
        GrpcTester grpc = new GrpcTester(server)) {
      assertThat(status(() -> HealthGrpc.newBlockingStub(grpc.channel()).check(other)).getCode())
          .isEqualTo(Status.Code.NOT_FOUND);
      assertThat(HealthGrpc.newBlockingStub(grpc.channel()).watch(other).next().getStatus())
          .isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    }
  }

  @Test
  void onlySoManyMayWatch() {
    try (InferenceServer server =
            start(Optional.of(new FaultyEngine()), Map.of("lockstep.grpc.port", 0));
        GrpcTester grpc = new GrpcTester(server)) {
      for (int i = 0; i < HealthService.MOST_WATCHERS; i++) {
        HealthGrpc.newBlockingStub(grpc.channel()).watch(WHOLE).next();
      }

      assertThat(
              status(() -> HealthGrpc.newBlockingStub(grpc.channel()).watch(WHOLE).next())
                  .getCode())
          .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(check(grpc)).isEqualTo(ServingStatus.SERVING);
    }
  }

  private static InferenceServer start(Optional<Engine> engine, Map<String, Object> settings) {
    return InferenceServer.start(new InferenceServer.Settings(0, engine, anonymous(settings)));
  }

  private static Map<String, Object> anonymous(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("lockstep.anonymous", "true");
    all.put("lockstep.budget", "20s");
    return all;
  }

  private static ServingStatus check(GrpcTester grpc) {
    return HealthGrpc.newBlockingStub(grpc.channel()).check(WHOLE).getStatus();
  }

  private static ModelInferRequest ids() {
    return request(
            "all-MiniLM-L6-v2",
            input("input_ids", "INT64", 1, 1)
                .setContents(InferTensorContents.newBuilder().addInt64Contents(1)))
        .build();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static <T> T join(ListenableFuture<T> call) {
    try {
      return call.get();
    } catch (InterruptedException | ExecutionException failed) {
      throw new AssertionError(failed);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }
}
