package dev.lockstep.inference.http;

import dev.lockstep.inference.admission.Tenant;
import dev.lockstep.inference.batching.Cancellation;
import dev.lockstep.inference.serving.Budget;
import dev.lockstep.inference.serving.Incoming;
import dev.lockstep.inference.telemetry.HttpTraces;
import dev.lockstep.inference.telemetry.Trace;
import io.micronaut.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;

/** A request by HTTP. */
record HttpIncoming(HttpRequest<?> request) implements Incoming {

  @Override
  public Tenant tenant() {
    return request.getAttribute(ApiKeyFilter.TENANT, Tenant.class).orElse(Tenant.ANYBODY);
  }

  @Override
  public Optional<Duration> budget() {
    return request.getHeaders().findFirst(Budget.HEADER).map(Budget::parse);
  }

  @Override
  public Trace trace() {
    return HttpTraces.of(request);
  }

  @Override
  public long bodyBytes() {
    return request.getContentLength();
  }

  @Override
  public Runnable whenGone(Cancellation cancellation) {
    return HungUp.cancels(request, cancellation);
  }
}
