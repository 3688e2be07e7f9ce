package dev.lockstep.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.engine.FakeTextEngine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.Width;
import dev.lockstep.inference.http.HttpTester;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server's life under load, on a device whose runs the test lets go one by one. */
@Timeout(120)
final class LifeTest {
  private final SlowEngine engine = new SlowEngine();

  @AfterEach
  void release() {
    engine.permits.release(1_000);
  }

  @Test
  void everyRequestThatWasLetInIsAnsweredWhenTheServerStops() {
    InferenceServer server = start(Map.of());
    engine.hold();
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 20).mapToObj(_ -> embed(server)).toList();
    engine.started.acquireUninterruptibly();
    awaitInFlight(server, 20);

    CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);
    engine.permits.release(100);
    stopped.join();

    assertThat(answers).map(answer -> answer.join().statusCode()).containsOnly(200);
  }

  @Test
  void aFullQueueIsAliveAndADeviceThatHangsIsNot() {
    try (InferenceServer server = start(Map.of("lockstep.longest-run", "300ms"))) {
      HttpTester http = new HttpTester(server.uri());
      engine.hold();
      CompletableFuture<HttpResponse<String>> _ = embed(server);
      engine.started.acquireUninterruptibly();
      CompletableFuture<HttpResponse<String>> _ = embed(server);

      assertThat(http.get("/v2/health/live").statusCode()).isEqualTo(200);
      while (http.get("/v2/health/live").statusCode() == 200) {
        LockSupport.parkNanos(POLL_NANOS);
      }
      assertThat(http.get("/healthz").body()).contains("stuck");
      engine.permits.release(100);
      while (http.get("/v2/health/live").statusCode() != 200) {
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
  }

  @Test
  void aCallerWhoHangsUpCostsNoRun() throws IOException {
    try (InferenceServer server = start(Map.of())) {
      engine.hold();
      CompletableFuture<HttpResponse<String>> _ = embed(server);
      engine.started.acquireUninterruptibly();
      try (Socket impatient = new Socket(server.uri().getHost(), server.uri().getPort())) {
        String body = "{\"model\":\"all-MiniLM-L6-v2\",\"input\":\"never mind\"}";
        impatient
            .getOutputStream()
            .write(
                ("POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Content-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                    .getBytes(StandardCharsets.US_ASCII));
        awaitInFlight(server, 2);
      }
      awaitInFlight(server, 1);
      int before = engine.runs.get();
      engine.permits.release(100);
      assertThat(embed(server).join().statusCode()).isEqualTo(200);

      // The one that was under way and the last; nobody ran for the one in between.
      assertThat(engine.runs.get()).isEqualTo(before + 2);
    }
  }

  @Test
  void workThatCannotBeDoneInTimeIsRefusedWithWhenToComeBack() {
    try (InferenceServer server = start(Map.of())) {
      engine.hold();
      CompletableFuture<HttpResponse<String>> _ = embed(server);
      engine.started.acquireUninterruptibly();

      HttpResponse<String> refused =
          new HttpTester(server.uri()).post("/v1/embeddings", EMBED, "X-Request-Timeout-Ms", "1");

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      assertThat(refused.headers().firstValue("retry-after-ms")).isPresent();
      HttpResponse<String> wrong =
          new HttpTester(server.uri())
              .post("/v1/embeddings", EMBED, "X-Request-Timeout-Ms", "soon");
      engine.permits.release(100);
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).contains("X-Request-Timeout-Ms must be a whole number");
    }
  }

  /**
   * Its body never comes, so that whoever waits for it never answers. Where requests are logged it
   * is the framework that refuses.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoCannotBeServedInTimeIsToldBeforeHisBodyHasCome(boolean logged) throws IOException {
    engine.nanosPerToken = 50_000;
    try (InferenceServer server = start(Map.of("lockstep.access-log", logged))) {
      engine.hold();
      List<CompletableFuture<HttpResponse<String>>> _ =
          IntStream.range(0, 20).mapToObj(_ -> embed(server)).toList();
      awaitInFlight(server, 20);
      try (Socket late = new Socket(server.uri().getHost(), server.uri().getPort())) {
        late.getOutputStream()
            .write(
                """
                POST /v1/embeddings HTTP/1.1\r
                Host: x\r
                X-Request-Timeout-Ms: 1\r
                Content-Type: application/json\r
                Content-Length: 60\r
                \r
                """
                    .getBytes(StandardCharsets.US_ASCII));

        assertThat(late.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 429");
      }
      assertThat(new HttpTester(server.uri()).get("/metrics").body())
          .contains(
              "inference_requests_refused_total{endpoint=\"embeddings\",reason=\"too_late\"} 1.0");
      engine.permits.release(100);
    }
  }

  private static final long POLL_NANOS = 10_000_000;

  private static final String EMBED =
      """
      {"model":"all-MiniLM-L6-v2","input":"hello"}\
      """;

  private InferenceServer start(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("lockstep.anonymous", true);
    properties.put("lockstep.budget", "60s");
    return InferenceServer.start(new InferenceServer.Settings(0, Optional.of(engine), properties));
  }

  private static CompletableFuture<HttpResponse<String>> embed(InferenceServer server) {
    return CompletableFuture.supplyAsync(
        () -> new HttpTester(server.uri()).post("/v1/embeddings", EMBED),
        Thread::startVirtualThread);
  }

  private static void awaitInFlight(InferenceServer server, int requests) {
    HttpTester http = new HttpTester(server.uri());
    String wanted = "inference_requests_in_flight " + requests + ".0";
    while (!http.get("/metrics").body().contains(wanted)) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static final class SlowEngine extends FakeTextEngine {
    private static final long WIDTH = 2;

    final Semaphore permits = new Semaphore(1_000);
    final Semaphore started = new Semaphore(0);
    final AtomicInteger runs = new AtomicInteger();
    volatile long nanosPerToken;

    SlowEngine() {
      super(WIDTH);
    }

    void hold() {
      permits.drainPermits();
      started.drainPermits();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Width width) {
      started.release();
      permits.acquireUninterruptibly();
      runs.incrementAndGet();
      LockSupport.parkNanos(tokens(inputs) * nanosPerToken);
      return zeros(inputs, WIDTH);
    }
  }
}
