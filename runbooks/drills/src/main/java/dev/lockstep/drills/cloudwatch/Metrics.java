package dev.lockstep.drills.cloudwatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * CloudWatch's data points. A point can be read only once it has been published, and what was never
 * published is missing, not zero.
 */
public final class Metrics {
  private final Map<MetricName, Series> series = new HashMap<>();
  private final List<String> lost = new ArrayList<>();
  private Duration extraDelay = Duration.ZERO;

  /**
   * Publishes what happened in one period.
   *
   * @param start the period's start
   * @param resolution its length; below a minute it is a high-resolution metric
   * @param visibleAt when readers see it
   */
  public void put(
      MetricName metric, Instant start, Duration resolution, Instant visibleAt, Samples samples) {
    if (!lost.contains(metric.namespace())) {
      series
          .computeIfAbsent(metric, _ -> new Series())
          .put(start, visibleAt.plus(extraDelay), samples, resolution);
    }
  }

  /** From now on a namespace's metrics are never published; what is there stays. */
  public void lose(String namespace) {
    lost.add(namespace);
  }

  /** Ends what one {@link #lose} began. */
  public void publishAgain(String namespace) {
    lost.remove(namespace);
  }

  /** From now on what is published can be read so much later than it could before. */
  public void delayBy(Duration more) {
    extraDelay = extraDelay.plus(more);
  }

  /** Ends what one {@link #delayBy} began. */
  public void hurryBy(Duration less) {
    extraDelay = extraDelay.minus(less);
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
    return read(metric, statistic, period, Instant.EPOCH, from, to, now);
  }

  /**
   * Reads a statistic in periods that begin with a window, as an alarm does: it slides with each
   * evaluation.
   *
   * @param from inclusive, where the first period begins
   * @param to exclusive
   * @param now points that are not visible yet are missing
   * @return one value for each period that has a point, by the period's start
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html">Alarm
   *     evaluation window</a>
   */
  NavigableMap<Instant, Double> slide(
      MetricName metric,
      Statistic statistic,
      Duration period,
      Instant from,
      Instant to,
      Instant now) {
    return read(metric, statistic, period, from, from, to, now);
  }

  private NavigableMap<Instant, Double> read(
      MetricName metric,
      Statistic statistic,
      Duration period,
      Instant origin,
      Instant from,
      Instant to,
      Instant now) {
    NavigableMap<Instant, Double> values = new TreeMap<>();
    Series found = series.get(metric);
    if (found != null) {
      found
          .read(period, origin, from, to, now)
          .forEach((start, samples) -> values.put(start, statistic.of(Samples.merged(samples))));
    }
    return values;
  }
}
