package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.lifecycle.Readiness;
import io.micronaut.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HealthControllerTest {
  private final Readiness readiness = new Readiness();
  private final HealthController health = new HealthController(readiness);

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
