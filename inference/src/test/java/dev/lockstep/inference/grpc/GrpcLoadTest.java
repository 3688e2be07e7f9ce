package dev.lockstep.inference.grpc;

import static dev.lockstep.inference.grpc.GrpcTester.refusal;
import static dev.lockstep.inference.grpc.GrpcTester.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.engine.Device;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.Width;
import dev.lockstep.inference.http.FaultyEngine;
import dev.lockstep.inference.http.HttpTester;
import inference.GRPCInferenceServiceGrpc;
import inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import inference.GrpcPredictV2.InferTensorContents;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that cannot be answered in time, or by anybody, on a device that the test holds. */
@Timeout(60)
final class GrpcLoadTest {
  private static final long POLL_NANOS = 5_000_000;

  private final FaultyEngine engine = new FaultyEngine();
  private Optional<InferenceServer> server = Optional.empty();
  private Optional<GrpcTester> client = Optional.empty();

  private void start(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(Map.of("lockstep.grpc.port", "0"));
    all.putAll(settings);
    InferenceServer started =
        InferenceServer.start(new InferenceServer.Settings(0, Optional.of(new Slow(engine)), all));
    server = Optional.of(started);
    client = Optional.of(new GrpcTester(started));
    engine.hang();
  }

  @AfterEach
  void stop() {
    engine.release();
    client.ifPresent(GrpcTester::close);
    server.ifPresent(InferenceServer::close);
  }

  @Test
  void oneMoreThanMayBeUnderWayIsToldWhenToComeAgain() throws InvalidProtocolBufferException {
    start(Map.of("lockstep.anonymous", "true", "lockstep.max-in-flight", "1"));
    ListenableFuture<ModelInferResponse> _ = ask(1, "");
    engine.awaitRun();

    StatusRuntimeException refused =
        refusal(() -> client.orElseThrow().stub().modelInfer(request(1)));

    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    Metadata trailers = Objects.requireNonNull(refused.getTrailers());
    assertThat(trailers.get(Statuses.PUSHBACK)).isEqualTo("1000");
    List<Any> details = Objects.requireNonNull(trailers.get(Statuses.DETAILS)).getDetailsList();
    assertThat(details.getLast().unpack(RetryInfo.class).getRetryDelay().getSeconds()).isOne();
    assertThat(metrics())
        .contains("requests_refused_total{endpoint=\"infer_grpc\",reason=\"too_many\"} 1.0");
  }

  @Test
  void aCallersDeadlineEndsItsCallAndItsPlaceInTheQueue() {
    start(Map.of("lockstep.anonymous", "true"));
    ListenableFuture<ModelInferResponse> _ = ask(1, "");
    engine.awaitRun();

    Status status =
        status(() ->
            client
                .orElseThrow()
                .stub()
                .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                .modelInfer(request(1)));

    assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    await("requests_in_flight 1.0");
  }

  @Test
  void aCallerWhoCancelsFreesItsPlace() {
    start(Map.of("lockstep.anonymous", "true", "lockstep.budget", "60s"));
    ListenableFuture<ModelInferResponse> _ = ask(1, "");
    engine.awaitRun();
    ListenableFuture<ModelInferResponse> second = ask(1, "");
    await("requests_in_flight 2.0");

    second.cancel(true);

    await("requests_in_flight 1.0");
    await("endpoint=\"infer_grpc\",outcome=\"cancelled\"");
  }

  @Test
  void aDeadlineThatCannotBeMetIsRefusedAtOnceAndSaysWhenItCould() {
    start(Map.of("lockstep.anonymous", "true"));
    Metadata soon = GrpcTester.headers("x-request-timeout-ms", "1");

    StatusRuntimeException refused =
        refusal(() -> client.orElseThrow().stub(soon).modelInfer(request(100)));

    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getStatus().getDescription())
        .startsWith("the answer would come after the deadline");
    assertThat(Objects.requireNonNull(refused.getTrailers()).get(Statuses.PUSHBACK)).isNotNull();
  }

  @Test
  void workWhoseTimePassedInTheQueueIsToldSoAndNotRun() throws InterruptedException {
    start(Map.of("lockstep.anonymous", "true", "lockstep.budget", "300ms"));
    ListenableFuture<ModelInferResponse> first = ask(1, "");
    engine.awaitRun();
    ListenableFuture<ModelInferResponse> second = ask(1, "");
    await("requests_in_flight 2.0");
    awaitMillis(400);

    engine.release();

    assertThat(statusOf(first)).isEqualTo(Status.Code.OK);
    assertThat(statusOf(second)).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(metrics()).contains("endpoint=\"infer_grpc\",reason=\"expired\"} 1.0");
  }

  @Test
  void aGreedyKeyIsRefusedAndAnotherStillFindsRoom() throws InterruptedException {
    // Of device time that may be held there is as much as the default budget.
    start(Map.of("lockstep.api-keys", "greedy,modest", "lockstep.budget", "200ms"));
    List<ListenableFuture<ModelInferResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      calls.add(ask(100, "greedy"));
    }
    await("endpoint=\"infer_grpc\",reason=\"tenant_share\"");

    ListenableFuture<ModelInferResponse> modest = ask(1, "modest");
    engine.awaitRun();
    awaitMillis(100);
    engine.release();

    assertThat(statusOf(modest)).isEqualTo(Status.Code.OK);
    List<Status.Code> codes = new ArrayList<>();
    for (ListenableFuture<ModelInferResponse> call : calls) {
      codes.add(statusOf(call));
    }
    assertThat(codes).contains(Status.Code.OK, Status.Code.RESOURCE_EXHAUSTED);
  }

  /** A device that takes a tenth of a millisecond a token, and does not come back when held. */
  private record Slow(FaultyEngine held) implements Engine {
    private static final long NANOS_A_TOKEN = 100_000;

    @Override
    public List<TensorSpec> inputs() {
      return held.inputs();
    }

    @Override
    public List<TensorSpec> outputs() {
      return held.outputs();
    }

    @Override
    public Device device() {
      return held.device();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Width width) {
      List<Long> shape = inputs.values().iterator().next().shape();
      long end = System.nanoTime() + shape.get(0) * shape.get(1) * NANOS_A_TOKEN;
      Map<String, Tensor> outputs = held.run(inputs, width);
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
      return outputs;
    }

    @Override
    public void close() {
      held.close();
    }
  }

  private ListenableFuture<ModelInferResponse> ask(int tokens, String key) {
    GRPCInferenceServiceFutureStub stub =
        GRPCInferenceServiceGrpc.newFutureStub(client.orElseThrow().channel());
    return (key.isEmpty()
            ? stub
            : stub.withInterceptors(
                    MetadataUtils.newAttachHeadersInterceptor(GrpcTester.bearer(key)))
                .withDeadlineAfter(30, TimeUnit.SECONDS))
        .modelInfer(request(tokens));
  }

  private static ModelInferRequest request(int tokens) {
    InferTensorContents.Builder ids = InferTensorContents.newBuilder();
    for (int i = 0; i < tokens; i++) {
      ids.addInt64Contents(1);
    }
    return GrpcTester.request(
            "all-MiniLM-L6-v2", GrpcTester.input("input_ids", "INT64", 1, tokens).setContents(ids))
        .build();
  }

  private static Status.Code statusOf(ListenableFuture<ModelInferResponse> call)
      throws InterruptedException {
    try {
      call.get();
      return Status.Code.OK;
    } catch (ExecutionException failed) {
      return Status.fromThrowable(failed).getCode();
    }
  }

  private String metrics() {
    return new HttpTester(server.orElseThrow().uri()).get("/metrics").body();
  }

  private void await(String shown) {
    while (!metrics().contains(shown)) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static void awaitMillis(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
