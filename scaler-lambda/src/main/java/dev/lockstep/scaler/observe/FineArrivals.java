package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The service's own arrivals, one count each ten seconds.
 *
 * <p>They are looked at through two windows. The stable one is a minute's mean. The panic one is
 * the last 20 seconds, of which only what is beyond chance counts: {@code w} seconds of Poisson
 * arrivals at {@code r} requests/s have a standard deviation of {@code sqrt(r / w)}, so they prove
 * no more than
 *
 * <pre>
 *   r - 2 sqrt(r / w)                                requests/s
 * </pre>
 *
 * with w = 20 s. The larger of two noisy numbers would otherwise order a host every few minutes.
 */
final class FineArrivals {
  static final Duration PERIOD = Duration.ofSeconds(10);

  private static final int SECONDS = Math.toIntExact(PERIOD.toSeconds());
  private static final int STABLE_POINTS = Math.toIntExact(Demand.STABLE_WINDOW.dividedBy(PERIOD));
  private static final int PANIC_POINTS = Math.toIntExact(Demand.PANIC_WINDOW.dividedBy(PERIOD));
  private static final double STANDARD_DEVIATIONS = 2;

  private static final double UNEVEN = 1.1;
  private static final double UNEVEN_DEVIATIONS = 4;

  /** A point older than this says nothing of now. */
  private static final Duration STALE = Duration.ofSeconds(40);

  private final NavigableMap<Instant, Double> points;
  private final Instant now;

  /** A point is whole once its ten seconds are over; others are not looked at. */
  FineArrivals(NavigableMap<Instant, Double> points, Instant now) {
    this.points = points.headMap(now.minus(PERIOD), true);
    this.now = now;
  }

  /** The rate over the last whole minute; none when it is not there or too old. */
  Optional<RequestRate> stable() {
    return fresh() && points.size() >= STABLE_POINTS
        ? Optional.of(new RequestRate(mean(newest(STABLE_POINTS))))
        : Optional.empty();
  }

  /** What the last seconds prove. */
  Optional<RequestRate> panic() {
    return fresh() ? Optional.of(new RequestRate(proven(newest(PANIC_POINTS)))) : Optional.empty();
  }

  /** Requests in each whole minute of a time. */
  boolean coversMinutes(Instant from, Instant to) {
    return points.subMap(from, true, to, false).keySet().stream()
            .map(time -> time.getEpochSecond() / Demand.STABLE_WINDOW.toSeconds())
            .distinct()
            .count()
        >= Duration.between(from, to).toMinutes();
  }

  boolean isEmpty() {
    return points.isEmpty();
  }

  /**
   * The most that either window has said since a time. What was a reason to add is thus a reason to
   * keep: a count that rose for a moment's sake does not fall a minute later.
   */
  double peakSince(Instant from) {
    double peak = 0;
    Window stable = new Window(STABLE_POINTS);
    Window panic = new Window(PANIC_POINTS);
    for (double count : points.tailMap(from, true).values()) {
      peak = Math.max(peak, stable.with(count).orElse(0.0));
      peak = Math.max(peak, panic.with(count).map(FineArrivals::lowerBound).orElse(0.0));
    }
    return peak;
  }

  /**
   * Minutes whose requests did not come evenly: in the busiest ten seconds came more than chance
   * and a tenth explain, with {@code m} the mean of the minute's ten seconds,
   *
   * <pre>
   *   busiest &gt; 1.1 m + 4 sqrt(m)
   * </pre>
   *
   * Their answers are late for the seconds in which too much came at once, and say nothing of what
   * a task sustains.
   */
  static Set<Instant> unevenMinutes(NavigableMap<Instant, Double> points) {
    Map<Instant, List<Double>> byMinute = new HashMap<>();
    points.forEach((at, count) ->
        byMinute
            .computeIfAbsent(at.truncatedTo(ChronoUnit.MINUTES), _ -> new ArrayList<>())
            .add(count));
    return byMinute.entrySet().stream()
        .filter(minute -> uneven(minute.getValue()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static boolean uneven(List<Double> counts) {
    double mean = counts.stream().mapToDouble(Double::doubleValue).sum() / counts.size();
    double busiest = counts.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    return busiest > UNEVEN * mean + UNEVEN_DEVIATIONS * Math.sqrt(mean);
  }

  private boolean fresh() {
    return !points.isEmpty() && points.lastKey().isAfter(now.minus(STALE));
  }

  private Collection<Double> newest(int count) {
    return points.descendingMap().values().stream().limit(count).toList();
  }

  private static double mean(Collection<Double> counts) {
    return counts.stream().mapToDouble(Double::doubleValue).sum() / counts.size() / SECONDS;
  }

  private static double proven(Collection<Double> counts) {
    double rate = mean(counts);
    return lowerBound(rate, counts.size());
  }

  private static double lowerBound(double rate) {
    return lowerBound(rate, PANIC_POINTS);
  }

  private static double lowerBound(double rate, int points) {
    return Math.max(0, rate - STANDARD_DEVIATIONS * Math.sqrt(rate / points / SECONDS));
  }

  /** The mean rate of the last so many points, as they go by. */
  private static final class Window {
    private final double[] counts;
    private int seen;
    private double sum;

    Window(int points) {
      this.counts = new double[points];
    }

    Optional<Double> with(double count) {
      int slot = seen++ % counts.length;
      sum += count - counts[slot];
      counts[slot] = count;
      // Counts of a task's share are fractions, and what is left of them after many is not quite
      // zero.
      double left = Math.max(0, sum);
      return seen < counts.length ? Optional.empty() : Optional.of(left / counts.length / SECONDS);
    }
  }
}
