package dev.lockstep.inference.telemetry;

import dev.lockstep.inference.admission.AdmissionGate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.function.Supplier;

/** What inference requests did, for Prometheus: durations as histograms, refusals by reason. */
@Singleton
public final class RequestMetrics {
  private static final String DURATION = "inference.request.duration";
  private static final String REFUSED = "inference.requests.refused";
  private static final String IN_FLIGHT = "inference.requests.in.flight";

  private final MeterRegistry registry;

  public RequestMetrics(MeterRegistry registry, AdmissionGate gate) {
    this.registry = registry;
    Gauge.builder(IN_FLIGHT, gate, AdmissionGate::inFlight)
        .description("requests under way")
        .register(registry);
  }

  /** What was asked for. */
  public enum Endpoint {
    EMBEDDINGS,
    INFER
  }

  /** Why a request was turned away. */
  public enum Refusal {
    OVERLOADED,
    NOT_READY
  }

  /** Counts and times a piece of work, failed ones too. */
  public <T> T timed(Endpoint endpoint, Supplier<T> work) {
    Timer.Sample sample = Timer.start(registry);
    String outcome = "failed";
    try {
      T result = work.get();
      outcome = "served";
      return result;
    } finally {
      sample.stop(
          Timer.builder(DURATION)
              .description("from admission to answer")
              .tag("endpoint", label(endpoint))
              .tag("outcome", outcome)
              .publishPercentileHistogram()
              .register(registry));
    }
  }

  public void refused(Endpoint endpoint, Refusal reason) {
    registry.counter(REFUSED, "endpoint", label(endpoint), "reason", label(reason)).increment();
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
