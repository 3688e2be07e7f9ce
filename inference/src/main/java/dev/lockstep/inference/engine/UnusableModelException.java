package dev.lockstep.inference.engine;

/** A model that cannot be served, and why. */
public final class UnusableModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  public UnusableModelException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** The message, never absent. */
  public String reason() {
    return reason;
  }
}
