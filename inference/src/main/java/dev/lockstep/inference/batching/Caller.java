package dev.lockstep.inference.batching;

/**
 * For whom something is done: until when it is worth anything, whether anybody still waits, and who
 * wants to hear of the runs.
 */
public record Caller(Deadline deadline, Cancellation cancellation, RunListener runs) {

  /** A caller to whom only the answer matters. */
  public Caller(Deadline deadline, Cancellation cancellation) {
    this(deadline, cancellation, RunListener.NONE);
  }

  /** The same caller with another deadline. */
  public Caller until(Deadline other) {
    return new Caller(other, cancellation, runs);
  }
}
