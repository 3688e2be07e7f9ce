package dev.lockstep.drills.ecs;

import java.time.Duration;

/** What becomes of a task that no container instance can hold. */
public sealed interface Placement {

  /**
   * It does not exist. The scheduler tries again ever more rarely; only a new task definition makes
   * it forget its failures. How the time between attempts grows is not documented beyond
   * "incrementally": here each wait is longer than the last by a fixed increment. A changed desired
   * count is tried at once.
   *
   * @param longest 15 minutes in older documentation, 27 in newer
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html">Service
   *     throttle logic</a>
   */
  record Plain(Duration increment, Duration longest) implements Placement {
    public static final Plain DEFAULT = new Plain(Duration.ofSeconds(10), Duration.ofMinutes(27));

    Duration waitAfter(int failures) {
      Duration wait = increment.multipliedBy(failures);
      return wait.compareTo(longest) < 0 ? wait : longest;
    }
  }

  /**
   * It is PROVISIONING, as under a capacity provider with managed scaling, and looked at every 15
   * seconds. At most 100 are; one that has waited for 10 to 30 minutes is given up and asked for
   * anew.
   *
   * @see <a
   *     href="https://aws.amazon.com/blogs/containers/deep-dive-on-amazon-ecs-cluster-auto-scaling/">Deep
   *     dive on Amazon ECS cluster auto scaling</a>
   */
  record Provisioning() implements Placement {
    static final Duration LOOK = Duration.ofSeconds(15);
    static final int MOST = 100;

    /** Documented as 10 to 30 minutes. */
    static final Duration PATIENCE = Duration.ofMinutes(20);
  }
}
