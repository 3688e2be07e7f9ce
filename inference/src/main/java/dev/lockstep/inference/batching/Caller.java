package dev.lockstep.inference.batching;

import java.time.Duration;

/**
 * For whom something is done: until when it is worth anything, whether anybody still waits, and who
 * wants to hear of the runs.
 *
 * @param unread what his inputs have waited before they were read; it counts as waiting
 */
public record Caller(
    Deadline deadline, Cancellation cancellation, RunListener runs, Duration unread) {

  /** A caller to whom only the answer matters. */
  public Caller(Deadline deadline, Cancellation cancellation) {
    this(deadline, cancellation, RunListener.NONE);
  }

  /** A caller whose inputs begin to wait when they are submitted. */
  public Caller(Deadline deadline, Cancellation cancellation, RunListener runs) {
    this(deadline, cancellation, runs, Duration.ZERO);
  }

  /** The same caller with another deadline. */
  public Caller until(Deadline other) {
    return new Caller(other, cancellation, runs, unread);
  }

  /** The same caller, whose inputs have waited so long before anybody looked at them. */
  public Caller after(Duration wait) {
    return new Caller(deadline, cancellation, runs, wait);
  }
}
