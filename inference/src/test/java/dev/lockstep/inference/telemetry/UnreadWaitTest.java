package dev.lockstep.inference.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.http.FaultyEngine;
import dev.lockstep.inference.http.HttpTester;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request that waits for a lane to read it waits, and so the metrics tell it. */
@Timeout(60)
final class UnreadWaitTest {
  private static final String IN_FLIGHT = "inference_requests_in_flight ";
  private static final String LONGEST_WAIT = "inference_queue_duration_seconds_max ";

  @Test
  void whatARequestLiesUnreadIsPartOfItsWait() {
    FaultyEngine engine = new FaultyEngine();
    Map<String, Object> patient = Map.of("lockstep.anonymous", true, "lockstep.budget", "30s");
    try (InferenceServer server =
        InferenceServer.start(new InferenceServer.Settings(0, Optional.of(engine), patient))) {
      HttpTester http = new HttpTester(server.uri());
      engine.hang();
      CompletableFuture<HttpResponse<String>> running = ask(http);
      engine.awaitRun();
      double _ = secondsThatAreInside(1, http); // the first look at metrics takes long
      CompletableFuture<HttpResponse<String>> unread = ask(http);

      double seconds = secondsThatAreInside(2, http);
      engine.release();

      assertThat(running.join().statusCode()).isEqualTo(200);
      assertThat(unread.join().statusCode()).isEqualTo(200);
      assertThat(metric(http, LONGEST_WAIT)).isGreaterThanOrEqualTo(seconds);
    }
  }

  private static CompletableFuture<HttpResponse<String>> ask(HttpTester http) {
    return CompletableFuture.supplyAsync(
        () -> http.post("/v1/embeddings", "{\"model\":\"all-MiniLM-L6-v2\",\"input\":\"a cat\"}"));
  }

  /** From when so many are seen until they have been seen three times more. */
  private static double secondsThatAreInside(int requests, HttpTester http) {
    while (metric(http, IN_FLIGHT) < requests) {
      Thread.onSpinWait();
    }
    long seen = System.nanoTime();
    for (int again = 0; again < 3; again++) {
      assertThat(metric(http, IN_FLIGHT)).isEqualTo(requests);
    }
    return (System.nanoTime() - seen) / 1e9;
  }

  private static double metric(HttpTester http, String name) {
    return http.get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }
}
