package dev.lockstep.drills.ecs;

import dev.lockstep.drills.journal.Names;

/**
 * A task definition's revision.
 *
 * @param number from 1 on
 */
public record Revision(int number, Quality quality) {
  /** What is wrong with its tasks, if anything. */
  public enum Quality {
    GOOD,
    /** They stop before they run: an image that cannot be pulled. */
    NEVER_RUNS,
    /** They stay PENDING, and their deployment is stuck: a pull that hangs. */
    STAYS_PENDING,
    /** They run and never pass the health check: a model that cannot be loaded. */
    NEVER_HEALTHY,
    /** They are healthy and answer every request with an error: a poisoned model. */
    ANSWERS_WITH_ERRORS
  }

  public static final Revision FIRST = new Revision(1, Quality.GOOD);

  /** As ECS names it: family and number. */
  public String name() {
    return "%s:%d".formatted(Names.SERVICE, number);
  }
}
