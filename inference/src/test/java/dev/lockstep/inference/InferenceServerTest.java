package dev.lockstep.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.inference.engine.FakeTextEngine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.Width;
import dev.lockstep.inference.http.HttpTester;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers started inside another program, as the drills do, on an engine that the test holds. */
final class InferenceServerTest {
  private static final String EMBED =
      """
      {"model":"all-MiniLM-L6-v2","input":"hello"}\
      """;

  private final FakeEngine engine = new FakeEngine();

  @Test
  void severalServersShareOneEngineAndNoneClosesIt() {
    try (InferenceServer first = start(Map.of("lockstep.anonymous", true));
        InferenceServer second = start(Map.of("lockstep.anonymous", true))) {
      assertThat(first.uri()).isNotEqualTo(second.uri());
      assertThat(embed(first).statusCode()).isEqualTo(200);
      assertThat(embed(second).statusCode()).isEqualTo(200);
    }

    assertThat(engine.closed).isFalse();
  }

  @Test
  void withoutKeysTheServerRefusesToStartAndSaysWhatToSet() {
    assertThatThrownBy(() -> start(Map.of()))
        .hasStackTraceContaining(
            "no API key is set: set LOCKSTEP_API_KEYS to one or more keys, separated by commas, or"
                + " LOCKSTEP_ANONYMOUS=true to let everybody in");
  }

  @Test
  void aBoundThatCannotBeIsFoundOutByTheStartAndNotByTheFirstRequest() {
    assertThatThrownBy(() -> start(Map.of("lockstep.anonymous", true, "lockstep.max-in-flight", 0)))
        .hasStackTraceContaining("LOCKSTEP_MAX_IN_FLIGHT is 0; 1 or more is needed");
  }

  @Test
  void aTimeThatIsNoneIsRefusedAndNotReplacedByTheDefault() {
    assertThatThrownBy(
            () -> start(Map.of("lockstep.anonymous", true, "lockstep.longest-run", "soon")))
        .hasStackTraceContaining(
            "LOCKSTEP_LONGEST_RUN is 'soon'; a time such as 200ms or 30s is needed");
  }

  @Test
  void aServerThatCannotRunItsModelDoesNotStartAndLeavesNoThreadBehind()
      throws InterruptedException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    engine.failing.set(true);

    assertThatThrownBy(() -> start(Map.of("lockstep.anonymous", true)))
        .hasStackTraceContaining("secret detail");

    List<Thread> begun =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !before.contains(thread))
            .filter(thread ->
                thread.getName().startsWith("device-") || thread.getName().equals("deadlines"))
            .toList();
    for (Thread thread : begun) {
      assertThat(thread.join(Duration.ofSeconds(10))).as(thread.getName()).isTrue();
    }
  }

  @Test
  void onlyTheKeysOfTheOperatorReachTheModel() {
    try (InferenceServer server = start(Map.of("lockstep.api-keys", "old-key, new-key"))) {
      HttpTester http = new HttpTester(server.uri());

      assertThat(http.post("/v1/embeddings", EMBED).statusCode()).isEqualTo(401);
      assertThat(embed(http, "Bearer wrong").statusCode()).isEqualTo(401);
      assertThat(embed(http, "Basic old-key").statusCode()).isEqualTo(401);
      assertThat(embed(http, "Bearer old-key").statusCode()).isEqualTo(200);
      assertThat(embed(http, "Bearer new-key").statusCode()).isEqualTo(200);
      assertThat(http.get("/v2/models/all-MiniLM-L6-v2").statusCode()).isEqualTo(401);
      assertThat(http.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(http.get("/v2/health/ready").statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/models/", "/v1/./models", "/v1//models", "/v1/models;x=1", "/v2//models/x"})
  void noSpellingOfAPathGetsPastTheKeys(String path) {
    try (InferenceServer server = start(Map.of("lockstep.api-keys", "key"))) {
      assertThat(new HttpTester(server.uri()).get(path).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void overTheBoundARequestIsRefusedAtOnceAndTheOneUnderWayIsServed() {
    try (InferenceServer server =
        start(Map.of("lockstep.anonymous", true, "lockstep.max-in-flight", 1))) {
      engine.hold();
      CompletableFuture<HttpResponse<String>> underWay =
          CompletableFuture.supplyAsync(() -> embed(server));
      engine.awaitRun();

      HttpResponse<String> refused = embed(server);
      engine.release();

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      assertThat(refused.body()).contains("\"type\":\"rate_limit_error\"");
      assertThat(underWay.join().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aModelThatFailsIsAServerErrorThatTellsTheClientNothingOfItsInside() {
    try (InferenceServer server = start(Map.of("lockstep.anonymous", true))) {
      engine.failing.set(true);

      HttpResponse<String> response = embed(server);

      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body())
          .contains("the server failed; its log says why")
          .doesNotContain("secret detail");
    }
  }

  /** On however busy a machine. */
  private InferenceServer start(Map<String, Object> properties) {
    Map<String, Object> patient = new HashMap<>(properties);
    patient.putIfAbsent("lockstep.budget", "60s");
    return InferenceServer.start(new InferenceServer.Settings(0, Optional.of(engine), patient));
  }

  private static HttpResponse<String> embed(InferenceServer server) {
    return new HttpTester(server.uri()).post("/v1/embeddings", EMBED);
  }

  private static HttpResponse<String> embed(HttpTester http, String authorization) {
    return http.post("/v1/embeddings", EMBED, "Authorization", authorization);
  }

  /** Gives every token the same vector; can be held in the middle of a run, and can fail. */
  private static final class FakeEngine extends FakeTextEngine {
    final AtomicBoolean failing = new AtomicBoolean();
    volatile boolean closed;
    private volatile CountDownLatch running = new CountDownLatch(0);
    private volatile CountDownLatch released = new CountDownLatch(0);

    FakeEngine() {
      super(/* width= */ 2);
    }

    void hold() {
      running = new CountDownLatch(1);
      released = new CountDownLatch(1);
    }

    void awaitRun() {
      await(running);
    }

    void release() {
      released.countDown();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Width width) {
      if (failing.get()) {
        throw new IllegalStateException("secret detail");
      }
      running.countDown();
      await(released);
      List<Long> shape = inputs.values().iterator().next().shape();
      float[] hidden = new float[Math.toIntExact(shape.get(0) * shape.get(1) * 2)];
      Arrays.fill(hidden, 1);
      return Map.of("hidden", Tensor.float32(List.of(shape.get(0), shape.get(1), 2L), hidden));
    }

    @Override
    public void close() {
      closed = true;
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }
  }
}
