package dev.lockstep.drills.drill;

/** A scenario file that cannot be played; the message names the field and what it must be. */
public final class ScenarioException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ScenarioException(String message) {
    super(message);
  }
}
