package dev.lockstep.inference.serving;

import dev.lockstep.inference.admission.Admission;
import dev.lockstep.inference.admission.Verdict;
import dev.lockstep.inference.batching.Caller;
import dev.lockstep.inference.batching.Prediction;
import dev.lockstep.inference.batching.Ticker;
import dev.lockstep.inference.lifecycle.Lease;
import dev.lockstep.inference.lifecycle.Models;
import dev.lockstep.inference.lifecycle.ServedModel;
import dev.lockstep.inference.telemetry.RequestMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One request in the house, as a protocol sees it: which models it may use, and the right to the
 * device once the size of the work is known. Used by one thread at a time.
 */
public final class Exchange implements AutoCloseable {
  private final Models models;
  private final Admission.Pass pass;
  private final Ticker ticker;
  private final Budget budget;
  private final RequestMetrics.Arrival arrival;
  private final List<Lease> leases = new ArrayList<>();
  private final long admittedNanos;
  private Caller caller;

  Exchange(
      Models models,
      Admission.Pass pass,
      Ticker ticker,
      Budget budget,
      Caller caller,
      RequestMetrics.Arrival arrival) {
    this.models = models;
    this.pass = pass;
    this.ticker = ticker;
    this.budget = budget;
    this.caller = caller;
    this.arrival = arrival;
    this.admittedNanos = ticker.nanos();
  }

  /** Somebody looks at the request from now on; until now it has waited. */
  void begins() {
    caller = caller.after(Duration.ofNanos(ticker.nanos() - admittedNanos));
  }

  /**
   * A model by the name that the client used; it stays open until the request has ended.
   *
   * @throws ApiException of the kind NOT_FOUND when it does not serve
   */
  public synchronized ServedModel model(String name) {
    Lease lease =
        models.lease(name).orElseThrow(() -> ApiException.unknownModel(name, models.ready()));
    leases.add(lease);
    return lease.model();
  }

  /**
   * A model by its name and, where the client named one, its version.
   *
   * @throws ApiException of the kind NOT_FOUND when it does not serve
   */
  public ServedModel model(String name, Optional<String> version) {
    return ModelDirectory.requireVersion(model(name), version);
  }

  /**
   * Asks for the device.
   *
   * @return whom to work for, with the deadline that holds for work of this size
   * @throws ApiException of the kind OVERLOADED when it cannot be done in time or by this tenant
   */
  public Caller charge(Prediction prediction) {
    long now = ticker.nanos();
    Caller sized = caller.until(budget.deadline(caller.deadline(), prediction, now));
    Verdict verdict = pass.charge(prediction, budget.timeFor(sized.deadline(), now));
    return switch (verdict) {
      case Verdict.Admitted _ -> sized;
      case Verdict.Refused refused -> {
        arrival.refused(refused.reason().name().toLowerCase(Locale.ROOT));
        throw ApiException.refused(refused);
      }
    };
  }

  @Override
  public synchronized void close() {
    leases.forEach(Lease::close);
    pass.close();
  }
}
