package dev.lockstep.drills.account;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * CloudWatch's data points. A point can be read only once it has been published, and what was never
 * published is missing, not zero.
 */
public final class Metrics {
  /** Not a record: its array is handed over and never compared. */
  private static final class Datum {
    final Instant visibleAt;
    final double[] sortedSamples;

    Datum(Instant visibleAt, double[] sortedSamples) {
      this.visibleAt = visibleAt;
      this.sortedSamples = sortedSamples;
    }
  }

  /** No reader here looks back further, and a day's points need not pile up. */
  private static final Duration KEPT = Duration.ofHours(1);

  private final Map<MetricName, NavigableMap<Instant, Datum>> points = new HashMap<>();

  /**
   * Publishes what happened in one period.
   *
   * @param start the period's start
   * @param visibleAt when readers see it
   * @param samples what was measured; the array is handed over
   */
  public void put(MetricName metric, Instant start, Instant visibleAt, double... samples) {
    Arrays.sort(samples);
    NavigableMap<Instant, Datum> series = points.computeIfAbsent(metric, _ -> new TreeMap<>());
    series.put(start, new Datum(visibleAt, samples));
    series.headMap(start.minus(KEPT)).clear();
  }

  /**
   * Reads a statistic, period by period.
   *
   * @param from inclusive
   * @param to exclusive
   * @param now points that are not visible yet are missing
   * @return one value for each period that has a point, by the period's start
   */
  public NavigableMap<Instant, Double> read(
      MetricName metric,
      Statistic statistic,
      Duration period,
      Instant from,
      Instant to,
      Instant now) {
    NavigableMap<Instant, List<double[]>> periods = new TreeMap<>();
    points
        .getOrDefault(metric, new TreeMap<>())
        .subMap(from, true, to, false)
        .forEach((start, datum) -> {
          if (!datum.visibleAt.isAfter(now)) {
            periods.merge(
                floor(start, period),
                List.of(datum.sortedSamples),
                (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
          }
        });
    NavigableMap<Instant, Double> values = new TreeMap<>();
    periods.forEach((start, samples) -> values.put(start, statistic.of(merged(samples))));
    return values;
  }

  private static double[] merged(List<double[]> samples) {
    return samples.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
  }

  private static Instant floor(Instant time, Duration period) {
    long seconds = period.toSeconds();
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
  }
}
