package dev.lockstep.scaler.observe;

/**
 * How ECS replaces a service's tasks by those of a new revision, which decides how many there are
 * at once.
 */
public sealed interface Rollout {

  /**
   * The most tasks of both revisions while a deployment runs.
   *
   * @param desired the service's desired count
   */
  int tasksAtOnce(int desired);

  /**
   * Task by task.
   *
   * @param minimumHealthyPercent of the desired count that must keep running; below 100 old tasks
   *     make room for new ones
   * @param maximumPercent of the desired count that may run at once
   */
  record Rolling(int minimumHealthyPercent, int maximumPercent) implements Rollout {
    private static final int ALL = 100;

    @Override
    public int tasksAtOnce(int desired) {
      // As ECS rounds: the minimum up, the maximum down.
      boolean oldMakeRoom = Math.ceilDiv(desired * minimumHealthyPercent, ALL) < desired;
      return oldMakeRoom
          ? desired
          : Math.max(desired, Math.floorDiv(desired * maximumPercent, ALL));
    }
  }

  /** A second fleet beside the first. */
  record BlueGreen() implements Rollout {
    @Override
    public int tasksAtOnce(int desired) {
      return 2 * desired;
    }
  }
}
