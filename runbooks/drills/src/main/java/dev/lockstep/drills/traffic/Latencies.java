package dev.lockstep.drills.traffic;

import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalDouble;

/** Latencies in milliseconds, sorted once. */
public final class Latencies {
  private final double[] sorted;

  private Latencies(double[] sorted) {
    this.sorted = sorted;
  }

  /** Takes the array over. */
  static Latencies of(double[] millis) {
    Arrays.sort(millis);
    return new Latencies(millis);
  }

  /** The smallest latency that the given share of requests does not exceed; none without any. */
  public OptionalDouble percentile(double percent) {
    if (sorted.length == 0) {
      return OptionalDouble.empty();
    }
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return OptionalDouble.of(sorted[Math.clamp(rank - 1L, 0, sorted.length - 1)]);
  }

  /** How many took longer. */
  public long above(Duration limit) {
    double millis = limit.toNanos() / 1e6;
    return Arrays.stream(sorted).filter(value -> value > millis).count();
  }
}
