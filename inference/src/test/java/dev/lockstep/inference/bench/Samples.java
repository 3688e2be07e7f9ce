package dev.lockstep.inference.bench;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What was measured in one cell.
 *
 * @param seconds how long it was measured
 * @param served each request that was answered with 200
 * @param refused milliseconds of each that was answered with 429 or 503
 * @param failed answered with anything else
 * @param cpu from the first request to the last answer, what was not counted as well
 */
record Samples(double seconds, List<Served> served, List<Double> refused, int failed, CpuUse cpu) {
  /**
   * A request that was served.
   *
   * @param millis until it was answered
   * @param sentences what it counts as; see {@link Workload#sentences}
   */
  record Served(double millis, double sentences) {}

  Samples {
    served = served.stream().sorted(Comparator.comparingDouble(Served::millis)).toList();
    refused = refused.stream().sorted().toList();
  }

  /** Sentences a second. */
  double perSecond() {
    return goodput(Double.POSITIVE_INFINITY);
  }

  /** Sentences a second that were answered inside a time. */
  double goodput(double millis) {
    return inside(millis).mapToDouble(Served::sentences).sum() / seconds;
  }

  /** Answers a second that came inside a time, whatever their length. */
  double answers(double millis) {
    return inside(millis).count() / seconds;
  }

  private Stream<Served> inside(double millis) {
    return served.stream().filter(answer -> answer.millis() <= millis);
  }

  /** Of all refusals, in percent; none where nobody was refused. */
  double refusedLaterThan(double millis) {
    return 100
        * refused.stream().filter(took -> took > millis).count()
        / (double) Math.max(1, refused.size());
  }

  double refusedPercent() {
    return 100.0 * refused.size() / Math.max(1, served.size() + refused.size() + failed);
  }

  double servedQuantile(double quantile) {
    return quantile(served.stream().map(Served::millis).toList(), quantile);
  }

  double refusedQuantile(double quantile) {
    return quantile(refused, quantile);
  }

  private static double quantile(List<Double> sorted, double quantile) {
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.get(
            (int) Math.min(sorted.size() - 1L, Math.round(quantile * (sorted.size() - 1))));
  }
}
