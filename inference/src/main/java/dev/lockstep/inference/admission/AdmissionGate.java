package dev.lockstep.inference.admission;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bound on the requests under way. A caller over the bound is refused at once, which costs
 * nothing; queueing it would cost the patience of everybody behind it.
 *
 * <p>Invariant: never more passes out than the bound, exactly.
 */
public final class AdmissionGate {
  private final int maxInFlight;
  private final AtomicInteger inFlight = new AtomicInteger();

  public AdmissionGate(int maxInFlight) {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("lockstep.max-in-flight is 1 or more, not " + maxInFlight);
    }
    this.maxInFlight = maxInFlight;
  }

  /** Leave to work until it is closed. */
  public final class Pass implements AutoCloseable {
    private Pass() {}

    @Override
    public void close() {
      inFlight.decrementAndGet();
    }
  }

  /** A pass, or nothing when the bound is reached. */
  public Optional<Pass> enter() {
    if (inFlight.incrementAndGet() > maxInFlight) {
      inFlight.decrementAndGet();
      return Optional.empty();
    }
    return Optional.of(new Pass());
  }

  public int inFlight() {
    return inFlight.get();
  }

  public int maxInFlight() {
    return maxInFlight;
  }
}
