package dev.lockstep.drills.cloudwatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The points of one metric. What grows old is kept at a coarser resolution only, and a reader that
 * asks for finer periods finds nothing there.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention">Metrics
 *     retention</a>
 */
final class Series {
  /**
   * What is kept at one resolution.
   *
   * @param resolution the length of a point's period
   * @param kept how long, before it is merged into the next level
   */
  private record Retention(Duration resolution, Duration kept) {}

  private static final List<Retention> RETENTION =
      List.of(
          new Retention(Duration.ofSeconds(1), Duration.ofHours(3)),
          new Retention(Duration.ofMinutes(1), Duration.ofDays(15)),
          new Retention(Duration.ofMinutes(5), Duration.ofDays(63)),
          new Retention(Duration.ofHours(1), Duration.ofDays(455)));

  /** A period's samples, and when they can be read. */
  private record Point(Samples samples, Instant visibleAt) {
    Point with(Point other) {
      return new Point(
          Samples.merged(List.of(samples, other.samples)),
          visibleAt.isAfter(other.visibleAt) ? visibleAt : other.visibleAt);
    }
  }

  private final List<NavigableMap<Instant, Point>> levels = new ArrayList<>();

  Series() {
    RETENTION.forEach(_ -> levels.add(new TreeMap<>()));
  }

  void put(Instant start, Instant visibleAt, Samples samples, Duration resolution) {
    int level = resolution.compareTo(Duration.ofMinutes(1)) < 0 ? 0 : 1;
    levels.get(level).merge(start, new Point(samples, visibleAt), Point::with);
    for (int i = level; i < RETENTION.size(); i++) {
      age(i, start);
    }
  }

  private void age(int level, Instant now) {
    NavigableMap<Instant, Point> old =
        levels.get(level).headMap(now.minus(RETENTION.get(level).kept()), /* inclusive= */ false);
    if (old.isEmpty()) {
      return;
    }
    if (level + 1 < RETENTION.size()) {
      Duration coarser = RETENTION.get(level + 1).resolution();
      old.forEach((start, point) ->
          levels.get(level + 1).merge(Periods.floor(start, coarser), point, Point::with));
    }
    old.clear();
  }

  /**
   * Gathers what can be read now, period by period.
   *
   * @param origin where one of the periods begins
   */
  NavigableMap<Instant, List<Samples>> read(
      Duration period, Instant origin, Instant from, Instant to, Instant now) {
    NavigableMap<Instant, List<Samples>> periods = new TreeMap<>();
    for (int level = 0; level < levels.size(); level++) {
      if (RETENTION.get(level).resolution().compareTo(period) > 0) {
        break;
      }
      levels
          .get(level)
          .subMap(from, true, to, false)
          .forEach((start, point) -> {
            if (!point.visibleAt().isAfter(now)) {
              periods
                  .computeIfAbsent(Periods.floor(start, period, origin), _ -> new ArrayList<>())
                  .add(point.samples());
            }
          });
    }
    return periods;
  }
}
