package dev.lockstep.inference.grpc;

import static dev.lockstep.inference.grpc.GrpcTester.headers;
import static dev.lockstep.inference.grpc.GrpcTester.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.bench.Http2Wire;
import dev.lockstep.inference.bench.Http2Wire.Frame;
import dev.lockstep.inference.http.FaultyEngine;
import inference.GrpcPredictV2.ServerLiveRequest;
import io.grpc.Status;
import java.io.IOException;
import java.net.SocketException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Connections that ask for more than HTTP/2 lets them without a call that is ever answered. Each is
 * held to its limit, and whoever else is connected is served before, during and after.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GrpcFloodTest {
  private static final String LIVE = "inference.GRPCInferenceService/ServerLive";
  private static final String INFER = "inference.GRPCInferenceService/ModelInfer";

  private InferenceServer server;
  private GrpcTester others;

  @BeforeAll
  void start() {
    server =
        InferenceServer.start(
            new InferenceServer.Settings(
                0,
                Optional.of(new FaultyEngine()),
                Map.of("lockstep.grpc.port", 0, "lockstep.api-keys", "key")));
    others = new GrpcTester(server);
  }

  @AfterAll
  void stop() {
    others.close();
    server.close();
  }

  @AfterEach
  void othersAreServed() {
    assertThat(isLive()).isTrue();
  }

  @Test
  void whoPingsWithoutPauseIsSentAway() throws IOException {
    try (Http2Frames pinging = connect().agreeing()) {
      for (int i = 0; i < 3; i++) {
        pinging.ping();
      }

      Frame farewell = pinging.next(Http2Wire.GOAWAY).orElseThrow();
      assertThat(farewell.error()).isEqualTo(Http2Frames.ENHANCE_YOUR_CALM);
      assertThat(farewell.reason()).isEqualTo("too_many_pings");
      assertThat(pinging.next()).isEmpty();
    }
  }

  @Test
  void whoOpensAndResetsCallsWithoutPauseIsSentAway() throws IOException {
    try (Http2Frames flooding = connect().agreeing()) {
      CompletableFuture<Optional<Frame>> farewell =
          CompletableFuture.supplyAsync(
              () -> flooding.next(Http2Wire.GOAWAY), Thread::startVirtualThread);
      CompletableFuture<Integer> served =
          CompletableFuture.supplyAsync(() -> served(farewell), Thread::startVirtualThread);

      flood(flooding, farewell);

      assertThat(farewell.join())
          .hasValueSatisfying(frame -> {
            assertThat(frame.error()).isEqualTo(Http2Frames.ENHANCE_YOUR_CALM);
            assertThat(frame.reason()).isEqualTo("too_many_rststreams");
          });
      assertThat(served.join()).isPositive();
    }
  }

  /** As fast as it goes, until the server has had enough. */
  private static void flood(Http2Frames flooding, CompletableFuture<?> end) throws IOException {
    try {
      for (int stream = 1; !end.isDone() && stream > 0; stream += 2) {
        flooding.open(stream, INFER);
        flooding.reset(stream);
      }
    } catch (SocketException _) {
      // The server has hung up.
    }
  }

  private int served(CompletableFuture<?> until) {
    int served = 0;
    while (!until.isDone()) {
      assertThat(isLive()).isTrue();
      served++;
    }
    return served;
  }

  @Test
  void oneCallTooManyOnAConnectionIsRefusedAndThoseBeforeItGoOn() throws IOException {
    try (Http2Frames greedy = connect().agreeing()) {
      assertOnlySoManyCalls(greedy);
    }
  }

  @Test
  void whoNeverSaysThatItReadTheLimitOfCallsIsHeldToItToo() throws IOException {
    try (Http2Frames silent = connect()) {
      assertOnlySoManyCalls(silent);
    }
  }

  private static void assertOnlySoManyCalls(Http2Frames client) throws IOException {
    int tooMany = 2 * GrpcServer.CALLS_A_CONNECTION + 1;
    for (int stream = 1; stream <= tooMany; stream += 2) {
      client.open(stream, LIVE);
    }
    client.flush();

    Frame refusal = client.next(Http2Wire.RST_STREAM).orElseThrow();
    assertThat(refusal.stream()).isEqualTo(tooMany);
    assertThat(refusal.error()).isEqualTo(Http2Frames.REFUSED_STREAM);
  }

  @Test
  void aCallThatIsAnsweredBeforeItsRequestHasComeDoesNotStayOpenForTheRest() throws IOException {
    try (Http2Frames unending = connect().agreeing()) {
      unending.open(1, INFER);
      unending.flush();

      // It has no key.
      assertThat(unending.next(Http2Wire.HEADERS).orElseThrow().endsStream()).isTrue();
      Frame reset = unending.next(Http2Wire.RST_STREAM).orElseThrow();
      assertThat(reset.stream()).isOne();
      assertThat(reset.error()).isEqualTo(Http2Frames.NO_ERROR);
    }
  }

  @Test
  void metadataThatIsTooLargeIsRefusedAndTheConnectionGoesOn() throws IOException {
    try (Http2Frames talkative = connect().agreeing()) {
      talkative.open(1, LIVE, "x-story", "a".repeat(9_000));
      talkative.open(3, LIVE, "x-story", "a".repeat(1_000));
      talkative.flush();

      Frame refusal = talkative.next(Http2Wire.HEADERS).orElseThrow();
      assertThat(refusal.stream()).isOne();
      assertThat(refusal.endsStream()).isTrue();
    }
    Status told =
        status(() ->
            others
                .stub(headers("x-story", "a".repeat(9_000)))
                .serverLive(ServerLiveRequest.getDefaultInstance()));
    assertThat(told.getCode()).isIn(Status.Code.INTERNAL, Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void metadataThatNeverEndsIsSentAway() throws IOException {
    try (Http2Frames endless = connect().agreeing()) {
      for (int stream = 1; stream < 20; stream += 2) {
        endless.open(stream, LIVE, "x-story", "a".repeat(16_000));
      }
      endless.flush();

      assertThat(endless.next(Http2Wire.GOAWAY)).isPresent();
    } catch (SocketException _) {
      // The server has hung up in the middle.
    }
  }

  private Http2Frames connect() throws IOException {
    return new Http2Frames(server.grpcPort().orElseThrow());
  }

  private boolean isLive() {
    return others.stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive();
  }
}
