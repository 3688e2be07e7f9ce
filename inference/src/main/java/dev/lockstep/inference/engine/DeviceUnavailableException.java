package dev.lockstep.inference.engine;

/**
 * The device that was asked for is not there, or does not work. Nothing is served in its place, and
 * no model is to blame.
 */
public final class DeviceUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;

  public DeviceUnavailableException(String problem) {
    super(problem);
    this.problem = problem;
  }

  /** The message, never absent. */
  public String problem() {
    return problem;
  }
}
