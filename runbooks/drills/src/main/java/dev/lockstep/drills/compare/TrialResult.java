package dev.lockstep.drills.compare;

import dev.lockstep.drills.drill.Waiting;
import java.time.Duration;

/**
 * How one policy at one setting fared with the requests of one seed.
 *
 * @param late answered after the budget
 * @param waiting for how long tasks were asked for and did not run
 * @param hostHours paid for, booting included
 * @param scalingActions changes of either desired count
 * @param recovery the longest stretch with a p95 over the budget
 * @param p95Millis over all requests that were served
 */
public record TrialResult(
    long sent,
    long served,
    long late,
    long refused,
    long failed,
    Waiting waiting,
    double hostHours,
    long scalingActions,
    Duration recovery,
    double p95Millis) {

  /** Requests answered late, refused or failed, in per cent of those that ended. */
  public double violationPercent() {
    long ended = served + refused + failed;
    return ended == 0 ? 0 : 100.0 * (late + refused + failed) / ended;
  }
}
