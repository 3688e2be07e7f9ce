package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.RateHistory;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Demand that is to be expected while a host that is ordered now takes its lead.
 *
 * <p>Three patterns look at the same clock time on earlier days (yesterday, the last seven days,
 * the same day of last week) and scale what came next there to today's level; a fourth lets the
 * last half hour go on:
 *
 * <pre>
 *   days:   forecast(t) = median over days k of  peak_k(t, t + horizon) x level_today / level_k
 *           level       = mean rate of the hour before
 *   trend:  forecast(t) = the least-squares line through the last half hour, at t + horizon
 * </pre>
 *
 * They compete. Each is held against the last day, as it would have been made then; what is six
 * hours older counts half as much. The one with the smallest squared error is used if it leaves
 * less than half of the squared error of "it stays as it is". A workload that neither recurs nor
 * goes on thus gets no forecast at all, a quiet night does not make the spikes of yesterday
 * forgotten, and a first spike that does not come, as on a Saturday, ends the forecast of the
 * others.
 *
 * <p>Its margin is the share by which it fell short in all but a fifth of the rises it foretold,
 * each by its size. Only rises are forecast: where the forecast is no more than what is there
 * already, what is there is the better estimate.
 */
final class Forecast {
  private static final Duration LEVEL_WINDOW = Duration.ofHours(1);
  private static final long STEP_SECONDS = RateHistory.STEP.toSeconds();
  private static final Duration TREND_WINDOW = Duration.ofMinutes(30);
  private static final Duration DAY = Duration.ofDays(1);

  /** Each hour of the day is judged once. */
  private static final Duration JUDGED = DAY;

  /**
   * What a step counts of the one after it: half as much in six hours. Yesterday's rises still
   * count in the morning; today's first surprise outweighs them.
   */
  private static final double FADING =
      Math.pow(0.5, (double) RateHistory.STEP.toSeconds() / Duration.ofHours(6).toSeconds());

  /** The newest steps may not be whole yet. */
  private static final Duration LATE = RateHistory.STEP.multipliedBy(2);

  private static final int DAYS_OF_A_WEEK = 7;
  private static final double MARGIN_QUANTILE = 0.8;
  private static final double LARGEST_MARGIN = 1.5;
  private static final double LARGEST_SCALE = 2;

  /** Fewer forecasts than these prove nothing. */
  private static final int ENOUGH_JUDGED = 12;

  /** A forecast must leave less than this of the squared error that there is without one. */
  private static final double SKILL = 0.5;

  private final RateHistory history;
  private final Duration horizon;

  /**
   * Looks for what recurs.
   *
   * @param horizon how far ahead the fleet must be ready
   */
  Forecast(RateHistory history, Duration horizon) {
    this.history = history;
    this.horizon = horizon;
  }

  /** What is to be expected from now to the horizon; none when nothing can be foreseen. */
  Optional<Candidate> expected(Instant now) {
    return Arrays.stream(Pattern.values())
        .map(pattern -> judged(pattern, now))
        .flatMap(Optional::stream)
        .min(Comparator.comparingDouble(Judged::error))
        .flatMap(best -> candidate(best, now));
  }

  private Optional<Candidate> candidate(Judged best, Instant now) {
    OptionalDouble forecast = best.pattern().forecast(this, now.minus(LATE), now);
    Optional<RequestRate> there = history.peak(now.minus(LATE), now.minus(RateHistory.STEP));
    return forecast.isEmpty()
            || there.isEmpty()
            || forecast.getAsDouble() <= there.get().perSecond()
        ? Optional.empty()
        : Optional.of(
            new Candidate(
                best.pattern().name,
                new RequestRate(forecast.getAsDouble() * best.margin()),
                "%s, with %.0f %% for its recent error"
                    .formatted(best.pattern().source(), (best.margin() - 1) * 100)));
  }

  private record Judged(Pattern pattern, double error, double margin) {}

  /**
   * A rise that was foretold.
   *
   * @param size requests a second that it was to bring
   * @param shortfall what came, over what was foretold
   */
  private record Rise(double size, double shortfall) {}

  /** How a pattern would have done; none when it has no skill or too little to show for it. */
  private Optional<Judged> judged(Pattern pattern, Instant now) {
    Instant newest = now.minus(LATE).minus(horizon);
    long steps = JUDGED.toSeconds() / STEP_SECONDS;
    List<Rise> rises = new ArrayList<>();
    int judged = 0;
    double error = 0;
    double errorOfNone = 0;
    double weight = 1;
    for (int i = 0; i < steps; i++) {
      weight *= FADING;
      Instant then = newest.minusSeconds(i * STEP_SECONDS);
      OptionalDouble forecast = pattern.forecast(this, then.minus(LATE), then);
      Optional<RequestRate> actual = history.peak(then, then.plus(horizon));
      Optional<RequestRate> before = history.peak(then.minus(LATE), then);
      if (forecast.isEmpty() || actual.isEmpty() || before.isEmpty()) {
        continue;
      }
      judged++;
      double foretold = forecast.getAsDouble();
      double came = actual.get().perSecond();
      double was = before.get().perSecond();
      error += weight * square(came - foretold);
      errorOfNone += weight * square(came - was);
      if (foretold > was) {
        rises.add(new Rise(foretold - was, came / foretold));
      }
    }
    return judged < ENOUGH_JUDGED || error >= SKILL * errorOfNone
        ? Optional.empty()
        : Optional.of(new Judged(pattern, error, margin(rises)));
  }

  /** The shortfall that is exceeded in a fifth of the rises, each counted by its size. */
  private static double margin(List<Rise> rises) {
    double all = rises.stream().mapToDouble(Rise::size).sum();
    double below = 0;
    double margin = 1;
    for (Rise rise : rises.stream().sorted(Comparator.comparingDouble(Rise::shortfall)).toList()) {
      margin = rise.shortfall();
      below += rise.size();
      if (below >= MARGIN_QUANTILE * all) {
        break;
      }
    }
    return Math.clamp(margin, 1, LARGEST_MARGIN);
  }

  private static double square(double value) {
    return value * value;
  }

  /** The median of some earlier days. */
  private OptionalDouble fromDays(int first, int last, Instant known, Instant from) {
    double[] says =
        IntStream.rangeClosed(first, last)
            .mapToObj(ago -> fromDay(ago, known, from))
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .sorted()
            .toArray();
    return says.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((says[(says.length - 1) / 2] + says[says.length / 2]) / 2);
  }

  /** What one earlier day says of the time from {@code from} on, at today's level. */
  private OptionalDouble fromDay(int daysAgo, Instant known, Instant from) {
    long ago = daysAgo * DAY.toSeconds();
    Instant knownThen = known.minusSeconds(ago);
    Instant fromThen = from.minusSeconds(ago);
    OptionalDouble then = history.mean(knownThen.minus(LEVEL_WINDOW), knownThen);
    if (then.isEmpty() || then.getAsDouble() == 0) {
      return OptionalDouble.empty();
    }
    OptionalDouble today = history.mean(known.minus(LEVEL_WINDOW), known);
    Optional<RequestRate> next = history.peak(fromThen, fromThen.plus(horizon));
    if (today.isEmpty() || next.isEmpty()) {
      return OptionalDouble.empty();
    }
    double scale = today.getAsDouble() / then.getAsDouble();
    return OptionalDouble.of(
        next.get().perSecond() * Math.clamp(scale, 1 / LARGEST_SCALE, LARGEST_SCALE));
  }

  /** Where the last half hour leads; none when some of it is unknown. */
  private OptionalDouble trend(Instant known, Instant from) {
    int steps = Math.toIntExact(TREND_WINDOW.toSeconds() / STEP_SECONDS);
    Instant last = RateHistory.stepOf(known);
    double middle = (steps - 1) / 2.0;
    double sum = 0;
    double slope = 0;
    for (int i = 0; i < steps; i++) {
      Instant end = last.minusSeconds((steps - 1L - i) * STEP_SECONDS);
      OptionalDouble rate = history.mean(end.minus(RateHistory.STEP), end);
      if (rate.isEmpty()) {
        return OptionalDouble.empty();
      }
      sum += rate.getAsDouble();
      slope += (i - middle) * rate.getAsDouble();
    }
    double spread = steps * (steps * (double) steps - 1) / 12;
    double ahead =
        (double) Duration.between(last, from.plus(horizon)).toSeconds()
            / RateHistory.STEP.toSeconds();
    // The last step's rate is that of its middle, half a step before its end.
    double value = sum / steps + slope / spread * (middle + 0.5 + ahead);
    return OptionalDouble.of(Math.max(0, value));
  }

  /** What the future is taken to be like. */
  private enum Pattern {
    YESTERDAY(Candidate.Name.RECURRING, "as yesterday at this time") {
      @Override
      OptionalDouble forecast(Forecast forecast, Instant known, Instant from) {
        return forecast.fromDays(1, 1, known, from);
      }
    },
    WEEK(Candidate.Name.RECURRING, "as at this time on the last days") {
      @Override
      OptionalDouble forecast(Forecast forecast, Instant known, Instant from) {
        return forecast.fromDays(1, DAYS_OF_A_WEEK, known, from);
      }
    },
    SAME_DAY(Candidate.Name.RECURRING, "as on this day last week") {
      @Override
      OptionalDouble forecast(Forecast forecast, Instant known, Instant from) {
        return forecast.fromDays(DAYS_OF_A_WEEK, DAYS_OF_A_WEEK, known, from);
      }
    },
    TREND(Candidate.Name.TREND, "as the last half hour goes on") {
      @Override
      OptionalDouble forecast(Forecast forecast, Instant known, Instant from) {
        return forecast.trend(known, from);
      }
    };

    private final Candidate.Name name;
    private final String source;

    Pattern(Candidate.Name name, String source) {
      this.name = name;
      this.source = source;
    }

    String source() {
      return source;
    }

    /**
     * The busiest step from a time to the horizon, as it was to be foreseen.
     *
     * @param known up to when demand was known
     */
    abstract OptionalDouble forecast(Forecast forecast, Instant known, Instant from);
  }
}
