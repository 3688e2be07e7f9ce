package dev.lockstep.inference.engine;

/** The device that was asked for is not there. Nothing is served in its place. */
public final class DeviceUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DeviceUnavailableException(String problem) {
    super(problem);
  }
}
