package dev.lockstep.drills.rules;

/**
 * ECS cluster auto scaling. Each minute it publishes {@code M / N x 100}, where {@code N} is the
 * hosts there are and {@code M} the hosts that all tasks need, PROVISIONING ones included; a target
 * tracking policy keeps that at the target capacity. It goes out after one point and in after
 * fifteen.
 *
 * @param targetCapacity in per cent, 1 to 100; below 100 keeps spare hosts
 * @see <a
 *     href="https://aws.amazon.com/blogs/containers/deep-dive-on-amazon-ecs-cluster-auto-scaling/">Deep
 *     dive on Amazon ECS cluster auto scaling</a>
 */
public record ManagedScaling(int targetCapacity) {
  public static final int OUT_POINTS = 1;
  public static final int IN_POINTS = 15;
  private static final double FULL = 100;

  /** What is reported when there is no host and one is needed. */
  private static final double NO_HOSTS = 200;

  public ManagedScaling {
    if (targetCapacity < 1 || targetCapacity > 100) {
      throw new IllegalArgumentException(
          "the target capacity is 1 to 100 per cent, not " + targetCapacity);
    }
  }

  /**
   * Hosts that all tasks need: those that hold one, and enough for the PROVISIONING ones.
   *
   * @param fit tasks of this kind that an empty host can hold
   */
  public static int needed(int hostsWithTasks, int provisioning, int fit) {
    return hostsWithTasks + Math.ceilDiv(provisioning, fit);
  }

  /** The metric, in per cent. */
  public static double reservation(int needed, int hosts) {
    if (hosts == 0) {
      return needed == 0 ? FULL : NO_HOSTS;
    }
    return FULL * needed / hosts;
  }

  /** The group's new desired capacity on the way out. */
  public int out(int desired, int hosts, double reservation) {
    return Math.max(desired, (int) Math.ceil(hosts * reservation / targetCapacity));
  }

  /** The group's new desired capacity on the way in: at most half of what is too much at a time. */
  public int in(int desired, int hosts, double reservation) {
    int wanted = (int) Math.ceil(hosts * reservation / targetCapacity);
    int surplus = Math.max(0, desired - wanted);
    return desired - Math.ceilDiv(surplus, 2);
  }
}
