package dev.lockstep.drills.traffic;

import java.time.Duration;

/**
 * What became of every request. {@code sent = served + refused + failed + under way}.
 *
 * @param refused by a task without room, by a load balancer without a task, or for want of TLS
 * @param failed answered with an error, lost with a dying task, or never answered
 */
public record Totals(
    long sent, long served, long refused, long failed, LatencyHistogram latencies) {

  /** What a tally comes to. */
  public static Totals of(Tally tally) {
    return new Totals(
        tally.sent(),
        tally.served(),
        tally.refusals() + tally.unroutedCount() + tally.untrustedCount(),
        tally.failures() + tally.timeouts(),
        tally.latencies());
  }

  public long underWay() {
    return sent - served - refused - failed;
  }

  /** Requests that were answered after their budget. */
  public long late(Duration budget) {
    return latencies.above(budget);
  }

  /** The share of finished requests that were not answered within the budget, in per cent. */
  public double violationPercent(Duration budget) {
    long finished = served + refused + failed;
    return finished == 0 ? 0 : 100.0 * (late(budget) + refused + failed) / finished;
  }
}
