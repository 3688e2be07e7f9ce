package dev.lockstep.drills.account;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.NavigableMap;

/**
 * A CloudWatch alarm that goes off above a threshold in M of N periods. Its actions fire when its
 * state changes and never else: an alarm that stays in ALARM is silent.
 *
 * <p>When points are late or missing, CloudWatch looks further back for N of them, and only when
 * there are none at all does it report INSUFFICIENT_DATA.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html">Alarms
 *     and missing data</a>
 */
public final class Alarm {
  /** The states, named as CloudWatch names them. */
  public enum State {
    OK,
    ALARM,
    INSUFFICIENT_DATA
  }

  /** Periods beyond N that CloudWatch looks back for points. */
  private static final int EXTRA_PERIODS = 3;

  /**
   * What an alarm watches.
   *
   * @param threshold the alarm goes off above it
   * @param breaching M: periods that must breach
   * @param periods N: the newest periods that are looked at
   */
  public record Rule(
      String name,
      MetricName metric,
      Statistic statistic,
      Duration period,
      double threshold,
      int breaching,
      int periods) {
    public Rule {
      if (breaching < 1 || breaching > periods) {
        throw new IllegalArgumentException(
            "alarm %s: %d of %d periods cannot breach".formatted(name, breaching, periods));
      }
    }
  }

  private final Rule rule;
  private State state = State.INSUFFICIENT_DATA;

  Alarm(Rule rule) {
    this.rule = rule;
  }

  public Rule rule() {
    return rule;
  }

  public State state() {
    return state;
  }

  /** Looks at the newest points; returns the state it was in before. */
  State evaluate(Metrics metrics, Instant now) {
    State before = state;
    Duration lookBack = rule.period().multipliedBy(rule.periods() + EXTRA_PERIODS);
    NavigableMap<Instant, Double> points =
        metrics.read(rule.metric(), rule.statistic(), rule.period(), now.minus(lookBack), now, now);
    state = judge(points.descendingMap().values());
    return before;
  }

  private State judge(Collection<Double> newestFirst) {
    if (newestFirst.isEmpty()) {
      return State.INSUFFICIENT_DATA;
    }
    long above =
        newestFirst.stream()
            .limit(rule.periods())
            .filter(value -> value > rule.threshold())
            .count();
    return above >= rule.breaching() ? State.ALARM : State.OK;
  }
}
