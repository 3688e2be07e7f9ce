package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.lifecycle.FakeRepository;
import dev.lockstep.inference.lifecycle.Health;
import dev.lockstep.inference.lifecycle.Liveness;
import dev.lockstep.inference.lifecycle.Models;
import dev.lockstep.inference.lifecycle.Readiness;
import io.micronaut.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HealthControllerTest {
  private final Readiness readiness = new Readiness();
  private final FakeRepository repository = new FakeRepository();
  private final Models models = new Models(repository);
  private final HealthController health =
      new HealthController(
          new Health(
              readiness, new Liveness(repository.batcher(), Duration.ofSeconds(30)), models));

  @BeforeEach
  void load() {
    repository.put("model");
    models.load("model");
  }

  @AfterEach
  void stop() {
    repository.close();
  }

  @Test
  void aServerThatWarmsUpIsNotHealthyYet() {
    assertStatus(503, "starting");
  }

  @Test
  void aWarmServerIsHealthy() {
    readiness.warmedUp();

    assertStatus(200, "ready");
  }

  @Test
  void aServerThatDrainsIsNoLongerHealthyAndStaysSo() {
    readiness.warmedUp();
    readiness.drain();
    readiness.warmedUp();

    assertStatus(503, "draining");
  }

  @Test
  void aServerWithoutAModelIsNotHealthyUntilOneIsLoaded() {
    readiness.warmedUp();

    models.unload("model");
    assertStatus(503, "empty");

    models.load("model");
    assertStatus(200, "ready");
  }

  private void assertStatus(int code, String status) {
    HttpResponse<Map<String, Object>> response = health.health();
    assertThat(response.code()).isEqualTo(code);
    assertThat(response.body()).isEqualTo(Map.of("status", status));
  }
}
