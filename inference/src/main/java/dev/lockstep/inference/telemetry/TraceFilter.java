package dev.lockstep.inference.telemetry;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Before all other filters, so that what they refuse is traced too. */
@ServerFilter("/**")
@Order(Ordered.HIGHEST_PRECEDENCE)
@Requires(property = Tracing.ENDPOINT)
final class TraceFilter {
  private final Traces traces;

  TraceFilter(Traces traces) {
    this.traces = traces;
  }

  @RequestFilter
  void begin(HttpRequest<?> request) {
    if (isForPeople(request.getPath())) {
      HttpTraces.begin(traces, request);
    }
  }

  /** Load balancers and Prometheus ask all day, and nobody looks for their traces. */
  private static boolean isForPeople(String path) {
    return !path.equals("/healthz") && !path.equals("/metrics") && !path.startsWith("/v2/health/");
  }

  @ResponseFilter
  void end(HttpRequest<?> request, HttpResponse<?> response) {
    HttpTraces.end(request, response);
  }
}
