package dev.lockstep.drills.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The best that a policy can do at each cost, over all of its settings. A point is the median over
 * the seeds; the frontier is the lower left envelope of the points, and between two of them it is a
 * straight line: a fleet that spends part of its time at one setting and the rest at the other gets
 * there. Outside its points nothing is said, but that more can always be spent: to the right it is
 * level.
 */
public final class Frontier {

  /**
   * One setting.
   *
   * @param cost host-hours over the clairvoyant optimum's
   * @param violationPercent requests late, refused or failed
   */
  public record Point(String knob, double cost, double violationPercent) {}

  private final String policy;
  private final List<Point> points;
  private final List<Point> envelope;

  private Frontier(String policy, List<Point> points) {
    this.policy = policy;
    this.points = List.copyOf(points);
    this.envelope = envelope(points);
  }

  /** The frontier of each policy, in the order of the standings. */
  public static List<Frontier> of(List<Standing> standings) {
    Map<String, List<Point>> byPolicy = new LinkedHashMap<>();
    for (Standing standing : standings) {
      byPolicy
          .computeIfAbsent(standing.policy(), _ -> new ArrayList<>())
          .add(
              new Point(
                  standing.knob(),
                  standing.vsOptimum().median(),
                  standing.violationPercent().median()));
    }
    return byPolicy.entrySet().stream()
        .map(entry -> new Frontier(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** The frontier through some points. */
  static Frontier through(String policy, List<Point> points) {
    return new Frontier(policy, points);
  }

  public String policy() {
    return policy;
  }

  /** Every setting. */
  public List<Point> points() {
    return points;
  }

  /** The settings that no mixture of two others beats, from lean to generous. */
  public List<Point> envelope() {
    return envelope;
  }

  private static List<Point> envelope(List<Point> points) {
    List<Point> byCost =
        points.stream()
            .sorted(
                Comparator.comparingDouble(Point::cost)
                    .thenComparingDouble(Point::violationPercent))
            .toList();
    List<Point> hull = new ArrayList<>();
    for (Point point : byCost) {
      boolean better =
          hull.isEmpty() || point.violationPercent() < hull.getLast().violationPercent();
      if (better) {
        while (hull.size() >= 2 && !bends(hull.get(hull.size() - 2), hull.getLast(), point)) {
          hull.removeLast();
        }
        hull.addLast(point);
      }
    }
    return List.copyOf(hull);
  }

  /** Whether the middle point lies below the line from the first to the last. */
  private static boolean bends(Point first, Point middle, Point last) {
    double share = (middle.cost() - first.cost()) / (last.cost() - first.cost());
    double onLine =
        first.violationPercent() + share * (last.violationPercent() - first.violationPercent());
    return middle.violationPercent() < onLine;
  }

  /** Violations at a cost; none when no setting is as cheap. */
  public OptionalDouble violationsAt(double cost) {
    if (cost < envelope.getFirst().cost()) {
      return OptionalDouble.empty();
    }
    for (int i = 1; i < envelope.size(); i++) {
      Point left = envelope.get(i - 1);
      Point right = envelope.get(i);
      if (cost < right.cost()) {
        double share = (cost - left.cost()) / (right.cost() - left.cost());
        return OptionalDouble.of(
            left.violationPercent() + share * (right.violationPercent() - left.violationPercent()));
      }
    }
    return OptionalDouble.of(envelope.getLast().violationPercent());
  }

  /** The least cost at which violations stay within a share; none when no setting gets there. */
  public OptionalDouble costAt(double violationPercent) {
    if (envelope.getFirst().violationPercent() <= violationPercent) {
      return OptionalDouble.of(envelope.getFirst().cost());
    }
    for (int i = 1; i < envelope.size(); i++) {
      Point left = envelope.get(i - 1);
      Point right = envelope.get(i);
      if (right.violationPercent() <= violationPercent) {
        double share =
            (left.violationPercent() - violationPercent)
                / (left.violationPercent() - right.violationPercent());
        return OptionalDouble.of(left.cost() + share * (right.cost() - left.cost()));
      }
    }
    return OptionalDouble.empty();
  }
}
