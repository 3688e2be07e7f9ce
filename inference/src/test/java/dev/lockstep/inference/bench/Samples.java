package dev.lockstep.inference.bench;

import java.util.Arrays;

/**
 * What was measured in one cell.
 *
 * @param seconds how long it was measured
 * @param served milliseconds of each request that was answered with 200
 * @param refused milliseconds of each that was answered with 429 or 503
 * @param failed answered with anything else
 */
// Nobody compares two of them.
@SuppressWarnings("ArrayRecordComponent")
record Samples(double seconds, double[] served, double[] refused, int failed) {
  Samples {
    served = served.clone();
    refused = refused.clone();
    Arrays.sort(served);
    Arrays.sort(refused);
  }

  double perSecond() {
    return served.length / seconds;
  }

  /** Answers a second that came inside a time. */
  double goodput(double millis) {
    return Arrays.stream(served).filter(took -> took <= millis).count() / seconds;
  }

  /** Of all refusals, in percent; none where nobody was refused. */
  double refusedLaterThan(double millis) {
    return 100
        * Arrays.stream(refused).filter(took -> took > millis).count()
        / (double) Math.max(1, refused.length);
  }

  double servedQuantile(double quantile) {
    return quantile(served, quantile);
  }

  double refusedQuantile(double quantile) {
    return quantile(refused, quantile);
  }

  private static double quantile(double[] sorted, double quantile) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1L, Math.round(quantile * (sorted.length - 1)))];
  }
}
