package dev.lockstep.drills.traffic;

import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * How many requests took how long, in bins of a millisecond up to two seconds and of a twentieth of
 * the value above. A percentile is the upper edge of its bin: too high by less than 1 ms, or 5 %.
 */
public final class LatencyHistogram {
  private static final int FINE = 2000;
  private static final double GROWTH = 1.05;
  private static final int COARSE = 120;
  private static final double MICROS_A_MILLI = 1000;
  private static final double[] UPPER_EDGES = upperEdges();

  private final long[] counts = new long[FINE + COARSE];
  private long total;

  private static double[] upperEdges() {
    double[] edges = new double[FINE + COARSE];
    for (int bin = 0; bin < edges.length; bin++) {
      edges[bin] = bin < FINE ? bin + 1 : FINE * StrictMath.pow(GROWTH, bin - FINE + 1);
    }
    return edges;
  }

  /** Counts a request. */
  public void add(long micros) {
    counts[bin(micros)]++;
    total++;
  }

  /** The last bin holds whatever took longer than it reaches, over eleven minutes. */
  private static int bin(long micros) {
    double millis = micros / MICROS_A_MILLI;
    if (millis <= FINE) {
      return Math.max(0, (int) Math.ceil(millis) - 1);
    }
    int coarse = (int) Math.ceil(StrictMath.log(millis / FINE) / StrictMath.log(GROWTH)) - 1;
    return FINE + Math.clamp(coarse, 0, COARSE - 1);
  }

  public void addAll(LatencyHistogram other) {
    for (int bin = 0; bin < counts.length; bin++) {
      counts[bin] += other.counts[bin];
    }
    total += other.total;
  }

  public long total() {
    return total;
  }

  /** The latency that a share of requests did not exceed, in milliseconds; none without any. */
  public OptionalDouble percentile(double percent) {
    if (total == 0) {
      return OptionalDouble.empty();
    }
    long rank = Math.max(1, (long) Math.ceil(percent / 100 * total));
    long seen = 0;
    int bin = 0;
    while (seen + counts[bin] < rank) {
      seen += counts[bin++];
    }
    return OptionalDouble.of(UPPER_EDGES[bin]);
  }

  /** How many took longer, to the millisecond. */
  public long above(Duration limit) {
    int first = bin(limit.toNanos() / 1000) + 1;
    long above = 0;
    for (int bin = first; bin < counts.length; bin++) {
      above += counts[bin];
    }
    return above;
  }

  /** The bins that are not empty, in milliseconds, in rising order. */
  double[] values() {
    double[] values = new double[counts.length];
    int used = 0;
    for (int bin = 0; bin < counts.length; bin++) {
      if (counts[bin] > 0) {
        values[used++] = UPPER_EDGES[bin];
      }
    }
    return Arrays.copyOf(values, used);
  }

  /** The counts of those bins. */
  double[] counts() {
    return Arrays.stream(counts).filter(count -> count > 0).asDoubleStream().toArray();
  }
}
