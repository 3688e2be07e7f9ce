package dev.lockstep.inference.http;

import dev.lockstep.inference.lifecycle.Health;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.Locale;
import java.util.Map;

/** The load balancer's question: 200 only when this task can serve. */
@Controller("/healthz")
final class HealthController {
  private final Health health;

  HealthController(Health health) {
    this.health = health;
  }

  @Get
  @ApiDescription.HealthAnswers
  HttpResponse<Map<String, Object>> health() {
    Health.State state = health.state();
    return HttpResponse.<Map<String, Object>>status(
            state == Health.State.READY ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .body(Map.of("status", state.name().toLowerCase(Locale.ROOT)));
  }
}
