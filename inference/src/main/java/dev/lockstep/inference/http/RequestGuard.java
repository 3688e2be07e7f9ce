package dev.lockstep.inference.http;

import dev.lockstep.inference.admission.AdmissionGate;
import dev.lockstep.inference.lifecycle.Readiness;
import dev.lockstep.inference.telemetry.RequestMetrics;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Stands before every inference: only a ready server works, and only within its bound. */
@Singleton
final class RequestGuard {
  private final Readiness readiness;
  private final AdmissionGate gate;
  private final RequestMetrics metrics;

  RequestGuard(Readiness readiness, AdmissionGate gate, RequestMetrics metrics) {
    this.readiness = readiness;
    this.gate = gate;
    this.metrics = metrics;
  }

  <T> T admit(RequestMetrics.Endpoint endpoint, Supplier<T> work) {
    if (!readiness.isReady()) {
      metrics.refused(endpoint, RequestMetrics.Refusal.NOT_READY);
      throw ApiException.notReady(readiness.phase().name().toLowerCase(Locale.ROOT));
    }
    Optional<AdmissionGate.Pass> pass = gate.enter();
    if (pass.isEmpty()) {
      metrics.refused(endpoint, RequestMetrics.Refusal.OVERLOADED);
      throw ApiException.overloaded(gate.maxInFlight());
    }
    try (AdmissionGate.Pass _ = pass.get()) {
      return metrics.timed(endpoint, work);
    }
  }
}
