package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;

/**
 * What users ask for now, refused requests included.
 *
 * @param stable the rate over the last whole minute
 * @param panic the rate that the last {@link #PANIC_WINDOW} prove, where metrics are that fine
 * @param recentPeak the most that either has been in the last while, see {@link #holdDown}
 * @param peakKnown the most of it that is known, also where some of that while is missing
 * @param p95 the latency that served requests saw at the 95th percentile
 */
public record Demand(
    Reading<RequestRate> stable,
    Reading<RequestRate> panic,
    Reading<RequestRate> recentPeak,
    RequestRate peakKnown,
    Reading<Duration> p95) {

  public static final Duration STABLE_WINDOW = Duration.ofSeconds(60);

  public static final Duration PANIC_WINDOW = Duration.ofSeconds(20);

  private static final Duration SHORTEST_HOLD_DOWN = Duration.ofMinutes(15);

  /**
   * How long what was needed is kept: as long as it would take to have it and lose it again, and at
   * least 15 minutes.
   */
  public static Duration holdDown(Duration leadTime) {
    Duration twice = leadTime.multipliedBy(2);
    return twice.compareTo(SHORTEST_HOLD_DOWN) > 0 ? twice : SHORTEST_HOLD_DOWN;
  }
}
