package dev.lockstep.scaler.policy;

/** A configuration that the brain refuses to start with; the message names the variable. */
public final class InvalidPolicyException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public InvalidPolicyException(String message) {
    super(message);
  }
}
