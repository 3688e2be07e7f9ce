package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.RateHistory;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Demand that comes back at the same time of day.
 *
 * <p>A pattern looks at the same clock time on earlier days and scales what came next there to
 * today's level:
 *
 * <pre>
 *   forecast(t) = median over days k of  peak_k(t, t + horizon) x level_today / level_k
 *   level       = mean rate of the hour before
 * </pre>
 *
 * Three patterns compete: yesterday, the last seven days, and the same day of last week. Each is
 * held against the last hours, as it would have been made then. The one with the smallest error is
 * used if it beats "it stays as it is", and its margin is the share by which it fell short in all
 * but a fifth of those hours. A workload that does not recur thus gets no forecast at all.
 */
final class Recurrence {
  private static final Duration LEVEL_WINDOW = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration JUDGED = Duration.ofHours(6);

  /** The newest steps may not be whole yet. */
  private static final Duration LATE = RateHistory.STEP.multipliedBy(2);

  private static final int DAYS_OF_A_WEEK = 7;
  private static final double MARGIN_QUANTILE = 0.8;
  private static final double LARGEST_MARGIN = 1.5;
  private static final double LARGEST_SCALE = 2;

  /** Fewer forecasts than these prove nothing. */
  private static final int ENOUGH_JUDGED = 12;

  /** A forecast must be better than no forecast by this much of its error. */
  private static final double SKILL = 0.8;

  private final RateHistory history;
  private final Duration horizon;

  /**
   * Looks for what recurs.
   *
   * @param horizon how far ahead the fleet must be ready
   */
  Recurrence(RateHistory history, Duration horizon) {
    this.history = history;
    this.horizon = horizon;
  }

  /** What is to be expected from now to the horizon; none when nothing recurs. */
  Optional<Candidate> expected(Instant now) {
    return Arrays.stream(Pattern.values())
        .map(pattern -> judged(pattern, now))
        .flatMap(Optional::stream)
        .min(Comparator.comparingDouble(Judged::error))
        .flatMap(best -> candidate(best, now));
  }

  private Optional<Candidate> candidate(Judged best, Instant now) {
    OptionalDouble forecast = best.pattern().forecast(this, now.minus(LATE), now);
    return forecast.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Candidate(
                Candidate.Name.RECURRING,
                new RequestRate(forecast.getAsDouble() * best.margin()),
                "%s, with %.0f %% for its recent error"
                    .formatted(best.pattern().source(), (best.margin() - 1) * 100)));
  }

  private record Judged(Pattern pattern, double error, double margin) {}

  /** How a pattern would have done; none when it has no skill or too little to show for it. */
  private Optional<Judged> judged(Pattern pattern, Instant now) {
    Instant newest = now.minus(LATE).minus(horizon);
    double[] shortfalls = new double[Math.toIntExact(JUDGED.dividedBy(RateHistory.STEP))];
    int judged = 0;
    double error = 0;
    double errorOfNone = 0;
    for (int i = 0; i < shortfalls.length; i++) {
      Instant then = newest.minus(RateHistory.STEP.multipliedBy(i));
      OptionalDouble forecast = pattern.forecast(this, then.minus(LATE), then);
      Optional<RequestRate> actual = history.peak(then, then.plus(horizon));
      Optional<RequestRate> before = history.peak(then.minus(LATE), then);
      if (forecast.isEmpty() || actual.isEmpty() || before.isEmpty()) {
        continue;
      }
      double came = actual.get().perSecond();
      error += Math.abs(came - forecast.getAsDouble());
      errorOfNone += Math.abs(came - before.get().perSecond());
      shortfalls[judged++] = came / Math.max(forecast.getAsDouble(), Double.MIN_NORMAL);
    }
    if (judged < ENOUGH_JUDGED || error >= SKILL * errorOfNone) {
      return Optional.empty();
    }
    Arrays.sort(shortfalls, 0, judged);
    double margin = shortfalls[(int) (MARGIN_QUANTILE * (judged - 1))];
    return Optional.of(new Judged(pattern, error, Math.clamp(margin, 1, LARGEST_MARGIN)));
  }

  /** What one earlier day says of the time from {@code from} on, at today's level. */
  private OptionalDouble fromDay(int daysAgo, Instant known, Instant from) {
    Duration ago = DAY.multipliedBy(daysAgo);
    OptionalDouble today = history.mean(known.minus(LEVEL_WINDOW), known);
    OptionalDouble then = history.mean(known.minus(LEVEL_WINDOW).minus(ago), known.minus(ago));
    Optional<RequestRate> next = history.peak(from.minus(ago), from.minus(ago).plus(horizon));
    if (today.isEmpty() || then.isEmpty() || next.isEmpty() || then.getAsDouble() == 0) {
      return OptionalDouble.empty();
    }
    double scale = today.getAsDouble() / then.getAsDouble();
    return OptionalDouble.of(
        next.get().perSecond() * Math.clamp(scale, 1 / LARGEST_SCALE, LARGEST_SCALE));
  }

  /** Which earlier days are asked. */
  private enum Pattern {
    YESTERDAY("as yesterday at this time", 1, 1),
    WEEK("as at this time on the last days", 1, DAYS_OF_A_WEEK),
    SAME_DAY("as on this day last week", DAYS_OF_A_WEEK, DAYS_OF_A_WEEK);

    private final String source;
    private final int firstDayAgo;
    private final int lastDayAgo;

    Pattern(String source, int firstDayAgo, int lastDayAgo) {
      this.source = source;
      this.firstDayAgo = firstDayAgo;
      this.lastDayAgo = lastDayAgo;
    }

    String source() {
      return source;
    }

    /**
     * The median of its days.
     *
     * @param known up to when demand was known
     */
    OptionalDouble forecast(Recurrence recurrence, Instant known, Instant from) {
      double[] says =
          IntStream.rangeClosed(firstDayAgo, lastDayAgo)
              .mapToObj(ago -> recurrence.fromDay(ago, known, from))
              .filter(OptionalDouble::isPresent)
              .mapToDouble(OptionalDouble::getAsDouble)
              .sorted()
              .toArray();
      return says.length == 0
          ? OptionalDouble.empty()
          : OptionalDouble.of((says[(says.length - 1) / 2] + says[says.length / 2]) / 2);
    }
  }
}
