package dev.lockstep.drills.cloudwatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * A CloudWatch alarm that goes off when M of N periods breach. Its actions fire when its state
 * changes and never else: an alarm that stays in ALARM is silent.
 *
 * <p>It looks at a few periods more than N. When N real points are among them, the newest N decide
 * and what is missing between them does not matter; else the missing ones are filled as {@link
 * MissingData} says. With {@code MISSING} and {@code IGNORE} an alarm goes off early when every
 * real point breaches and the oldest of them is M periods old.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html">Alarms
 *     and missing data, with the tables that the tests repeat</a>
 */
public final class Alarm {
  /** The states, named as CloudWatch names them. */
  public enum State {
    OK,
    ALARM,
    INSUFFICIENT_DATA
  }

  /** What to do with a percentile of too few samples to mean something. */
  public enum LowSamples {
    EVALUATE,
    /** The alarm stays as it is. */
    IGNORE
  }

  /** On which side of the threshold a point breaches. */
  public enum Comparison {
    ABOVE,
    AT_OR_ABOVE,
    BELOW,
    AT_OR_BELOW;

    boolean breaches(double value, double threshold) {
      return switch (this) {
        case ABOVE -> value > threshold;
        case AT_OR_ABOVE -> value >= threshold;
        case BELOW -> value < threshold;
        case AT_OR_BELOW -> value <= threshold;
      };
    }
  }

  /** Periods beyond N that CloudWatch looks back for points; five for three in its own tables. */
  private static final int EXTRA_PERIODS = 2;

  /**
   * What an alarm watches.
   *
   * @param breaching M: periods that must breach
   * @param periods N: periods that are looked at
   * @param lowSamples what a percentile of few samples is worth
   */
  public record Rule(
      String name,
      MetricName metric,
      Statistic statistic,
      Duration period,
      Comparison comparison,
      double threshold,
      int breaching,
      int periods,
      MissingData missing,
      LowSamples lowSamples) {
    /** With a percentile evaluated however few samples there are, CloudWatch's default. */
    public Rule(
        String name,
        MetricName metric,
        Statistic statistic,
        Duration period,
        Comparison comparison,
        double threshold,
        int breaching,
        int periods,
        MissingData missing) {
      this(
          name,
          metric,
          statistic,
          period,
          comparison,
          threshold,
          breaching,
          periods,
          missing,
          LowSamples.EVALUATE);
    }

    /** The same rule for another metric. */
    Rule on(MetricName other) {
      return new Rule(
          name,
          other,
          statistic,
          period,
          comparison,
          threshold,
          breaching,
          periods,
          missing,
          lowSamples);
    }

    public Rule {
      if (breaching < 1 || breaching > periods) {
        throw new IllegalArgumentException(
            "alarm %s: %d of %d periods cannot breach".formatted(name, breaching, periods));
      }
    }
  }

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private Rule rule;
  private State state = State.INSUFFICIENT_DATA;

  public Alarm(Rule rule) {
    this.rule = rule;
  }

  public Rule rule() {
    return rule;
  }

  public State state() {
    return state;
  }

  /**
   * What PutMetricAlarm does to an alarm that there is, with another metric: its state stays until
   * it is evaluated.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html">PutMetricAlarm</a>
   */
  public void watch(MetricName other) {
    rule = rule.on(other);
  }

  /**
   * Looks at the newest whole periods; returns the state it was in before. Periods of more than a
   * minute end with the newest minute: the window slides.
   */
  public State evaluate(Metrics metrics, Instant now) {
    State before = state;
    Instant end = Periods.floor(now, rule.period().compareTo(MINUTE) < 0 ? rule.period() : MINUTE);
    if (rule.lowSamples() == LowSamples.IGNORE && tooFewSamples(metrics, end, now)) {
      return before;
    }
    Instant from = end.minus(rule.period().multipliedBy(rule.periods() + (long) EXTRA_PERIODS));
    NavigableMap<Instant, Double> points =
        metrics.slide(rule.metric(), rule.statistic(), rule.period(), from, end, now);
    List<Optional<Boolean>> newestFirst = new ArrayList<>();
    for (Instant start = end.minus(rule.period());
        !start.isBefore(from);
        start = start.minus(rule.period())) {
      newestFirst.add(
          Optional.ofNullable(points.get(start))
              .map(value -> rule.comparison().breaches(value, rule.threshold())));
    }
    state = judge(newestFirst);
    return before;
  }

  /** Over the N periods together; no sample at all is missing data, not too little of it. */
  private boolean tooFewSamples(Metrics metrics, Instant end, Instant now) {
    double samples =
        metrics
            .slide(
                rule.metric(),
                new Statistic.SampleCount(),
                rule.period(),
                end.minus(rule.period().multipliedBy(rule.periods())),
                end,
                now)
            .values()
            .stream()
            .mapToDouble(Double::doubleValue)
            .sum();
    return samples > 0 && samples < rule.statistic().significantFrom();
  }

  private State judge(List<Optional<Boolean>> newestFirst) {
    List<Boolean> real =
        newestFirst.stream().flatMap(Optional::stream).limit(rule.periods()).toList();
    int breaching = Math.toIntExact(real.stream().filter(breaches -> breaches).count());
    int missing = rule.periods() - real.size();
    return switch (rule.missing()) {
      case BREACHING -> breaching + missing >= rule.breaching() ? State.ALARM : State.OK;
      case NOT_BREACHING -> breaching >= rule.breaching() ? State.ALARM : State.OK;
      case MISSING ->
          real.isEmpty()
              ? State.INSUFFICIENT_DATA
              : judgeUnknown(newestFirst, breaching, real.size(), State.ALARM);
      case IGNORE ->
          real.isEmpty() ? state : judgeUnknown(newestFirst, breaching, real.size(), state);
    };
  }

  /**
   * Judges without filling what is missing.
   *
   * @param early what too few points make of it when they all breach and are old enough
   */
  private State judgeUnknown(
      List<Optional<Boolean>> newestFirst, int breaching, int real, State early) {
    if (breaching >= rule.breaching()) {
      return State.ALARM;
    }
    if (breaching < real || real >= rule.periods()) {
      return State.OK;
    }
    int oldest = newestFirst.lastIndexOf(Optional.of(true)) + 1;
    return oldest >= rule.breaching() ? early : state;
  }
}
