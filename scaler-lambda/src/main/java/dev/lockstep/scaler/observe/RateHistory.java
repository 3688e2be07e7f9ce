package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Demand over days, in steps of equal length. A step that CloudWatch does not know is not there; it
 * is never taken for zero.
 */
public final class RateHistory {
  /** As fine as CloudWatch keeps for 63 days. */
  public static final Duration STEP = Duration.ofMinutes(5);

  /** A week and a day: the same day of last week, with what came before it. */
  public static final Duration REACH = Duration.ofDays(8);

  /** Nothing is known, as on the first day. */
  public static final RateHistory NONE = new RateHistory(Instant.EPOCH, new double[0]);

  private static final long STEP_SECONDS = STEP.toSeconds();

  private final Instant start;

  /** Requests a second in each step since the start; not a number where unknown. */
  private final double[] rates;

  /** The sum of all steps before each; an unknown step adds nothing to it. */
  private final double[] sums;

  /** How many of the steps before each are unknown. */
  private final int[] unknown;

  private RateHistory(Instant start, double[] rates) {
    this.start = start;
    this.rates = rates;
    this.sums = new double[rates.length + 1];
    this.unknown = new int[rates.length + 1];
    for (int i = 0; i < rates.length; i++) {
      boolean known = !Double.isNaN(rates[i]);
      sums[i + 1] = sums[i] + (known ? rates[i] : 0);
      unknown[i + 1] = unknown[i] + (known ? 0 : 1);
    }
  }

  /**
   * The history that ends at a time.
   *
   * @param requests requests in each step, by its beginning
   */
  public static RateHistory until(Instant now, Map<Instant, Double> requests) {
    if (requests.isEmpty()) {
      return NONE;
    }
    long end = Math.floorDiv(now.getEpochSecond(), STEP_SECONDS);
    int steps = Math.toIntExact(REACH.dividedBy(STEP));
    double[] rates = new double[steps];
    Arrays.fill(rates, Double.NaN);
    requests.forEach((time, count) -> {
      long position = Math.floorDiv(time.getEpochSecond(), STEP_SECONDS) - end + steps;
      if (position >= 0 && position < steps) {
        rates[(int) position] = count / STEP_SECONDS;
      }
    });
    return new RateHistory(Instant.ofEpochSecond((end - steps) * STEP_SECONDS), rates);
  }

  /** The mean rate from a time up to, and without, another; none when a step of it is unknown. */
  public OptionalDouble mean(Instant from, Instant to) {
    int first = position(from);
    int last = position(to);
    if (first < 0 || last > rates.length || first >= last) {
      return OptionalDouble.empty();
    }
    return unknown[last] > unknown[first]
        ? OptionalDouble.empty()
        : OptionalDouble.of((sums[last] - sums[first]) / (last - first));
  }

  /** The busiest step that lies at least partly between two times; none when one is unknown. */
  public Optional<RequestRate> peak(Instant from, Instant to) {
    int first = position(from);
    int last = position(to.minusNanos(1));
    if (first < 0 || last >= rates.length || first > last) {
      return Optional.empty();
    }
    double peak = 0;
    for (int i = first; i <= last; i++) {
      // The maximum with what is not a number is not a number.
      peak = Math.max(peak, rates[i]);
    }
    return Double.isNaN(peak) ? Optional.empty() : Optional.of(new RequestRate(peak));
  }

  /** The beginning of the step in which a time lies. */
  public static Instant stepOf(Instant time) {
    return time.minusSeconds(Math.floorMod(time.getEpochSecond(), STEP_SECONDS))
        .truncatedTo(ChronoUnit.SECONDS);
  }

  private int position(Instant time) {
    return Math.toIntExact(
        Math.clamp(
            Math.floorDiv(time.getEpochSecond() - start.getEpochSecond(), STEP_SECONDS),
            -1,
            Integer.MAX_VALUE));
  }
}
