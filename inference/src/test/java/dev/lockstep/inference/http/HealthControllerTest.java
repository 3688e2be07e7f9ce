package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.batching.BatchListener;
import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.Lanes;
import dev.lockstep.inference.batching.Ticker;
import dev.lockstep.inference.lifecycle.Liveness;
import dev.lockstep.inference.lifecycle.Readiness;
import io.micronaut.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HealthControllerTest {
  private final Readiness readiness = new Readiness();
  private final Batcher batcher = Batcher.start(new Lanes(1, 0), Ticker.SYSTEM, BatchListener.NONE);
  private final HealthController health =
      new HealthController(readiness, new Liveness(batcher, Duration.ofSeconds(30)));

  @Test
  void aServerThatWarmsUpIsNotHealthyYet() {
    assertThat(health.health().code()).isEqualTo(503);
    assertThat(health.health().body()).isEqualTo(Map.of("status", "starting"));
  }

  @Test
  void aWarmServerIsHealthy() {
    readiness.warmedUp();

    assertThat(health.health().code()).isEqualTo(200);
  }

  @Test
  void aServerThatDrainsIsNoLongerHealthyAndStaysSo() {
    readiness.warmedUp();
    readiness.drain();
    readiness.warmedUp();

    HttpResponse<Map<String, Object>> response = health.health();
    assertThat(response.code()).isEqualTo(503);
    assertThat(response.body()).isEqualTo(Map.of("status", "draining"));
  }
}
