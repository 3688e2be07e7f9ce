package dev.lockstep.inference.http;

import dev.lockstep.inference.lifecycle.Liveness;
import dev.lockstep.inference.lifecycle.Readiness;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.Locale;
import java.util.Map;

/** The load balancer's question: 200 only when this task can serve. */
@Controller("/healthz")
final class HealthController {
  private final Readiness readiness;
  private final Liveness liveness;

  HealthController(Readiness readiness, Liveness liveness) {
    this.readiness = readiness;
    this.liveness = liveness;
  }

  @Get
  @ApiDescription.HealthAnswers
  HttpResponse<Map<String, Object>> health() {
    if (!liveness.isAlive()) {
      return HttpResponse.<Map<String, Object>>status(HttpStatus.SERVICE_UNAVAILABLE)
          .body(Map.of("status", "stuck"));
    }
    Readiness.Phase phase = readiness.phase();
    return HttpResponse.<Map<String, Object>>status(
            phase == Readiness.Phase.READY ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .body(Map.of("status", phase.name().toLowerCase(Locale.ROOT)));
  }
}
