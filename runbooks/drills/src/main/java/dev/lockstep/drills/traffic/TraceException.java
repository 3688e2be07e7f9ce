package dev.lockstep.drills.traffic;

/** A trace file that cannot be used; the message names the line and what is needed. */
public final class TraceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TraceException(String message) {
    super(message);
  }
}
