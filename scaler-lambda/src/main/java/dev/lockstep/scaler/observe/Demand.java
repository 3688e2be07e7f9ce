package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;

/**
 * What users ask for now, refused requests included.
 *
 * @param stable the rate over the last whole minute
 * @param panic the rate over the last {@link #PANIC_WINDOW}, where metrics are that fine
 * @param p95 the latency that served requests saw at the 95th percentile
 */
public record Demand(
    Reading<RequestRate> stable, Reading<RequestRate> panic, Reading<Duration> p95) {

  public static final Duration STABLE_WINDOW = Duration.ofSeconds(60);

  public static final Duration PANIC_WINDOW = Duration.ofSeconds(10);
}
