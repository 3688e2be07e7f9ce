package dev.lockstep.drills.traffic;

import java.time.Duration;

/**
 * What became of every request. {@code sent = served + refused + failed + under way}.
 *
 * @param refused by a task without room, or by a load balancer without a task
 */
public record Totals(long sent, long served, long refused, long failed, Latencies latencies) {

  public long underWay() {
    return sent - served - refused - failed;
  }

  /** The share of finished requests that were not answered within the budget, in per cent. */
  public double violationPercent(Duration budget) {
    long finished = served + refused + failed;
    return finished == 0 ? 0 : 100.0 * (latencies.above(budget) + refused + failed) / finished;
  }
}
