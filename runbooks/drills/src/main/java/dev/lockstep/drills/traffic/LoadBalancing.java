package dev.lockstep.drills.traffic;

import java.time.Duration;

/**
 * How the load balancer routes and watches.
 *
 * @param leastOutstanding to the task with the fewest outstanding requests; else in turn
 * @param healthInterval between two health checks of a task
 * @param unhealthyThreshold failed checks in a row until a task is sent nothing more
 * @param deregistrationDelay what a task that is stopped is given to finish
 * @param timeout after which a request that nobody answers has failed
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html">Health
 *     checks</a>
 */
public record LoadBalancing(
    boolean leastOutstanding,
    Duration healthInterval,
    int unhealthyThreshold,
    Duration deregistrationDelay,
    Duration timeout) {

  /** As the Terraform module sets it. */
  public static final LoadBalancing OF_THE_MODULE =
      new LoadBalancing(
          true, Duration.ofSeconds(10), 3, Duration.ofSeconds(90), Duration.ofMinutes(1));

  /** What a target group has when nothing is set. */
  public static final LoadBalancing DEFAULTS =
      new LoadBalancing(
          false, Duration.ofSeconds(30), 2, Duration.ofMinutes(5), Duration.ofMinutes(1));

  public LoadBalancing {
    if (unhealthyThreshold < 1) {
      throw new IllegalArgumentException(
          "a task is unhealthy after 1 failed check or more, not " + unhealthyThreshold);
    }
  }

  /** From a task's death to the load balancer's knowing it. */
  public Duration deathNoticed() {
    return healthInterval.multipliedBy(unhealthyThreshold);
  }
}
