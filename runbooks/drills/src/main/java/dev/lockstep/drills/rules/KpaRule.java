package dev.lockstep.drills.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The Knative pod autoscaler. Every 2 s {@code ceil(demand / target)} over a stable window of 60 s;
 * when the 6-second panic window wants twice what is ready, it panics: for the next 60 s it follows
 * the panic window and takes nothing away.
 *
 * <p>Remembers its panic: one instance drives one service.
 *
 * @see <a href="https://github.com/knative/serving/blob/main/docs/scaling/SYSTEM.md">Knative
 *     Serving autoscaling system</a>
 * @see <a
 *     href="https://github.com/knative/serving/blob/main/pkg/autoscaler/scaling/autoscaler.go">autoscaler.go</a>
 */
public final class KpaRule {
  public static final Duration TICK = Duration.ofSeconds(2);
  public static final Duration STABLE = Duration.ofMinutes(1);
  public static final Duration PANIC = Duration.ofSeconds(6);
  private static final double PANIC_THRESHOLD = 2;
  private static final double MOST_UP = 1000;
  private static final double MOST_DOWN = 2;

  private final double target;
  private Optional<Instant> panicSince = Optional.empty();
  private int mostInPanic;

  /**
   * A rule for a target.
   *
   * @param target of one pod, the utilization of 70 % taken off already
   */
  public KpaRule(double target) {
    if (!(target > 0)) {
      throw new IllegalArgumentException("the target is above 0, not " + target);
    }
    this.target = target;
  }

  /**
   * The pods that are wanted now.
   *
   * @param ready pods that serve
   * @param stable demand of all, over the stable window
   * @param panic demand of all, over the panic window
   */
  public int desired(Instant now, int ready, double stable, double panic) {
    int counted = Math.max(1, ready);
    double most = Math.ceil(MOST_UP * counted);
    double least = Math.floor(counted / MOST_DOWN);
    double wantedStable = Math.ceil(stable / target);
    double wantedPanic = Math.ceil(panic / target);
    boolean overThreshold = wantedPanic / counted >= PANIC_THRESHOLD;
    int desiredStable = (int) Math.min(Math.max(wantedStable, least), most);
    int desiredPanic = (int) Math.min(Math.max(wantedPanic, least), most);

    if (overThreshold) {
      if (panicSince.isEmpty()) {
        mostInPanic = 0;
      }
      panicSince = Optional.of(now);
    } else if (panicSince.map(since -> !now.isBefore(since.plus(STABLE))).orElse(false)) {
      panicSince = Optional.empty();
    }
    if (panicSince.isEmpty()) {
      return desiredStable;
    }
    mostInPanic = Math.max(mostInPanic, Math.max(desiredPanic, ready));
    return mostInPanic;
  }
}
