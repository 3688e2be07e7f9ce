package dev.lockstep.inference.settings;

/**
 * A setting that the server cannot start with. The message is for the operator: it names the
 * variable, what it is, and what is allowed.
 */
public final class UnusableSettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** What may be where a port is asked for. */
  public static final String PORTS = "1 to 65535 are allowed, or 0 for any that is free";

  public UnusableSettingException(String message) {
    super(message);
  }

  private UnusableSettingException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A port that cannot be had, most often because somebody else has it. */
  public static UnusableSettingException port(String variable, int port, Throwable failed) {
    return new UnusableSettingException(
        "%s is %d, which cannot be listened on: %s; stop what listens there, or choose another: %s"
            .formatted(variable, port, deepest(failed).getMessage(), PORTS),
        failed);
  }

  private static Throwable deepest(Throwable failed) {
    Throwable cause = failed.getCause();
    return cause == null ? failed : deepest(cause);
  }
}
