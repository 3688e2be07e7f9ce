package dev.lockstep.inference.grpc;

import static dev.lockstep.inference.grpc.GrpcTester.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.http.FaultyEngine;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a load balancer sees that looks at a call's status and at nothing else. */
@Timeout(120)
final class ReadinessTest {
  @Test
  void aTaskThatStartsIsUnavailableAlthoughItsHealthCheckAnswers() throws IOException {
    int port = freePort();
    FaultyEngine engine = new FaultyEngine();
    engine.hang();
    CompletableFuture<InferenceServer> starting =
        CompletableFuture.supplyAsync(() -> start(engine, port));
    engine.awaitRun();

    try (GrpcTester grpc = new GrpcTester(port)) {
      assertThat(status(() -> ask(grpc)).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(
              HealthGrpc.newBlockingStub(grpc.channel())
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(ServingStatus.NOT_SERVING);

      engine.release();
      try (InferenceServer _ = starting.join()) {
        assertThat(ask(grpc)).isEqualTo(Empty.getDefaultInstance());
      }
    }
  }

  @Test
  void itNeedsNoKey() {
    Map<String, Object> keyed = Map.of("lockstep.grpc.port", 0, "lockstep.api-keys", "secret");
    try (InferenceServer server =
            InferenceServer.start(
                new InferenceServer.Settings(0, Optional.of(new FaultyEngine()), keyed));
        GrpcTester grpc = new GrpcTester(server)) {
      assertThat(ask(grpc)).isEqualTo(Empty.getDefaultInstance());
    }
  }

  private static Empty ask(GrpcTester grpc) {
    return ClientCalls.blockingUnaryCall(
        grpc.channel(), ReadinessService.CHECK, CallOptions.DEFAULT, Empty.getDefaultInstance());
  }

  private static InferenceServer start(FaultyEngine engine, int port) {
    return InferenceServer.start(
        new InferenceServer.Settings(
            0,
            Optional.of(engine),
            Map.of("lockstep.grpc.port", port, "lockstep.anonymous", "true")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
