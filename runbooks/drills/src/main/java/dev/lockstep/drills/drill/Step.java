package dev.lockstep.drills.drill;

import java.time.Duration;
import java.util.Map;

/**
 * A command that somebody types in an incident.
 *
 * @param who whose command it is
 * @param at since the start
 * @param command as the page prints it
 * @param with what they read from a check into shell variables; a value that begins with {@code @}
 *     is looked up when it is typed, such as {@code @failing-host}
 * @param answer what must come of it
 */
public record Step(
    Who who, Duration at, String command, Map<String, String> with, Expected answer) {
  /** Whose command it is. */
  public enum Who {
    /** Whoever was paged and follows the page. */
    OPERATOR,
    /** Somebody whose command is a part of what goes wrong. */
    SOMEBODY
  }

  /** What must come of a command. */
  public enum Expected {
    ACCEPTED,
    REFUSED
  }

  public Step {
    with = Map.copyOf(with);
    if (at.isNegative()) {
      throw new IllegalArgumentException("a command is typed at 0 or later, not at " + at);
    }
  }
}
