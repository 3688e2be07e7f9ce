package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.policy.RequestRate;
import dev.lockstep.scaler.policy.Spare;
import java.time.Duration;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * How many tasks a demand needs.
 *
 * <p>{@code mu} is what <em>one</em> task sustains with 95 % of its answers inside the budget
 * {@code w}. Requests arrive at random, so a part of it is room for bursts: in a time {@code w}
 * there come {@code mu w} on average, and up to {@code mu w + z(5 %) sqrt(mu w)} in all but 5 % of
 * cases. What a task can really work off is therefore
 *
 * <pre>
 *   full = mu + z(5 %) sqrt(mu / w)                  requests/s
 * </pre>
 *
 * and a fleet that shares its bursts, as behind a load balancer that picks the task with the fewest
 * outstanding, keeps late answers to a share {@code q} with
 *
 * <pre>
 *   tasks = ceil( (D + z(q) sqrt(D / w)) / full )
 * </pre>
 *
 * {@code z(q)} is the standard normal quantile that a share {@code q} exceeds. This is square-root
 * staffing (Halfin and Whitt, 1981): the room for bursts grows as the root of the fleet, so that
 * twenty tasks need far less of it each than two. For one task at 5 % it is {@code D = mu} again.
 *
 * <p>With spare tasks or a spare share instead, each task takes {@code mu}, bursts or not:
 *
 * <pre>
 *   tasks = ceil(D / mu) + spare        or        ceil(D (1 + share) / mu)
 * </pre>
 */
final class Staffing {
  /** The share that is late where {@code mu} was measured: its budget is a 95th percentile. */
  private static final double LATE_AT_MU = 0.05;

  /** A rate that is a whole number of tasks but for rounding must not cost another task. */
  private static final double ROUNDING = 1e-9;

  private static final double PERCENT = 100;

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private Staffing() {}

  /** Tasks for a demand, its spare included. Saturates: no demand is so large that it wraps. */
  static int tasks(Policy policy, RequestRate demand) {
    double rate = demand.perSecond();
    double mu = policy.ratePerTask().perSecond();
    return switch (policy.spare()) {
      case Spare.Tasks(int count) -> (int) (ceil(rate / mu) + count);
      case Spare.Share(double percent) -> (int) ceil(rate * (1 + percent / PERCENT) / mu);
      case Spare.Late(double percent) ->
          (int)
              ceil(
                  withRoom(rate, percent / PERCENT, policy.p95Budget())
                      / withRoom(mu, LATE_AT_MU, policy.p95Budget()));
    };
  }

  /** The rate that arrivals of a mean rate exceed over a window in a share of cases only. */
  private static double withRoom(double rate, double share, Duration window) {
    double seconds = window.toNanos() / 1e9;
    return rate + NORMAL.inverseSurvivalProbability(share) * Math.sqrt(rate / seconds);
  }

  private static double ceil(double tasks) {
    return Math.ceil(Math.max(0, tasks - ROUNDING));
  }
}
