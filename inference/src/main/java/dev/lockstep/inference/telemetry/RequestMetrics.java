package dev.lockstep.inference.telemetry;

import dev.lockstep.inference.admission.Admission;
import dev.lockstep.inference.batching.RunListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** What inference requests did, for Prometheus: durations as histograms, refusals by reason. */
@Singleton
public final class RequestMetrics {
  /** The reason that is no verdict of admission. */
  public static final String NOT_READY = "not_ready";

  /** The outcome that everybody hopes for. */
  public static final String SERVED = "served";

  private static final String DURATION = "inference.request.duration";
  private static final String REFUSED = "inference.requests.refused";
  private static final String IN_FLIGHT = "inference.requests.in.flight";

  private final MeterRegistry registry;
  private final FleetMetrics fleet;
  private final Traces traces;

  RequestMetrics(MeterRegistry registry, Admission admission, FleetMetrics fleet, Traces traces) {
    this.registry = registry;
    this.fleet = fleet;
    this.traces = traces;
    Gauge.builder(IN_FLIGHT, admission, Admission::inFlight)
        .description("requests under way")
        .register(registry);
  }

  /** What was asked for. */
  public enum Endpoint {
    EMBEDDINGS,
    RERANK,
    CLASSIFY,
    INFER,
    /** The same by gRPC. */
    INFER_GRPC
  }

  /** A request that has come, until it {@linkplain #ends ends}. */
  public final class Arrival {
    private final String endpoint;
    private final Context trace;
    private final Timer.Sample sample = Timer.start(registry);

    private Arrival(Endpoint endpoint, Context trace) {
      this.endpoint = endpoint.name().toLowerCase(Locale.ROOT);
      this.trace = trace;
    }

    /** Does the request's own work on this thread, so that what it takes is told of its trace. */
    public <T> T within(Supplier<T> work) {
      try (Scope _ = trace.makeCurrent()) {
        return work.get();
      }
    }

    /** Whom the device tells of the request's runs. */
    public RunListener runs() {
      return traces.runs(trace);
    }

    public void refused(String reason) {
      fleet.refused();
      registry.counter(REFUSED, "endpoint", endpoint, "reason", reason).increment();
    }

    /**
     * Counts and times it.
     *
     * @param outcome {@code served}, {@code refused}, {@code invalid}, {@code cancelled} or {@code
     *     failed}
     */
    public void ends(String outcome) {
      Traces.outcome(trace, outcome);
      long nanos =
          sample.stop(
              Timer.builder(DURATION)
                  .description("from arrival to answer")
                  .tag("endpoint", endpoint)
                  .tag("outcome", outcome)
                  .publishPercentileHistogram()
                  .register(registry));
      if (outcome.equals(SERVED)) {
        fleet.served(Duration.ofNanos(nanos));
      }
    }
  }

  public Arrival arrives(Endpoint endpoint, Trace trace) {
    fleet.arrived();
    return new Arrival(endpoint, trace.context());
  }
}
