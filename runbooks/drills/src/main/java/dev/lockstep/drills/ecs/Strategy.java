package dev.lockstep.drills.ecs;

import java.time.Duration;

/** How a new revision replaces the old one. */
public sealed interface Strategy {

  /**
   * Task by task. A circuit breaker ends a deployment whose tasks keep failing and rolls it back.
   *
   * @param minimumHealthyPercent of the desired count that keeps serving
   * @param maximumPercent of the desired count that may run at once
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html">Rolling
   *     deployments</a>
   */
  record Rolling(int minimumHealthyPercent, int maximumPercent) implements Strategy {
    public static final Rolling DEFAULT = new Rolling(100, 200);

    public Rolling {
      if (minimumHealthyPercent < 0 || maximumPercent < 100 || maximumPercent > 200) {
        throw new IllegalArgumentException(
            "minimum healthy is 0 or more and maximum 100 to 200 per cent, not %d and %d"
                .formatted(minimumHealthyPercent, maximumPercent));
      }
    }

    int least(int desired) {
      return Math.ceilDiv(desired * minimumHealthyPercent, 100);
    }

    int most(int desired) {
      return Math.floorDiv(desired * maximumPercent, 100);
    }
  }

  /**
   * A second fleet beside the first, then all traffic at once, then the first one waits for the
   * bake time before it goes. There is no circuit breaker.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html">Blue/green
   *     deployments</a>
   */
  record BlueGreen(Duration bake) implements Strategy {}
}
