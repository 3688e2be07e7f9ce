package dev.lockstep.inference.batching;

import java.time.Duration;
import java.util.List;

/**
 * How long one run takes on one lane of the device:
 *
 * <pre>
 *   t(rows, length) = fixed + perToken x rows x length
 * </pre>
 *
 * The two numbers decide how much padding a batch is worth: another row saves {@code fixed} and
 * costs {@code perToken} for every token of padding it brings. On a CPU {@code fixed} is worth a
 * dozen tokens, on a GPU thousands, so the same rule forms tight batches here and full ones there.
 */
public record CostModel(double fixedNanos, double nanosPerToken) {

  /** Before anything was measured: a run is worth 16 tokens. */
  public static final CostModel UNMEASURED = new CostModel(1.6e6, 1e5);

  public CostModel {
    if (!(fixedNanos >= 0) || !(nanosPerToken > 0)) {
      throw new IllegalArgumentException(
          "a run costs %s ns and a token %s ns; 0 or more and more than 0 are needed"
              .formatted(fixedNanos, nanosPerToken));
    }
  }

  /** One run that was timed. */
  public record Measured(int rows, int length, long nanos) {
    long tokens() {
      return (long) rows * length;
    }
  }

  /** Nanoseconds of a lane. */
  public double nanos(long paddedTokens) {
    return fixedNanos + nanosPerToken * paddedTokens;
  }

  /** How many tokens a run has that takes so long; less than one where none does. */
  public long tokensWithin(Duration run) {
    return (long) Math.floor((run.toNanos() - fixedNanos) / nanosPerToken);
  }

  /**
   * The line through measured runs by least squares of the relative error, so that short runs count
   * as much as long ones. What the fit puts below zero is zero.
   *
   * @throws IllegalArgumentException when there are fewer than two different sizes
   */
  public static CostModel fit(List<Measured> runs) {
    double weights = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (Measured run : runs) {
      double weight = 1.0 / ((double) run.nanos() * run.nanos());
      weights += weight;
      x += weight * run.tokens();
      y += weight * run.nanos();
      xx += weight * run.tokens() * run.tokens();
      xy += weight * run.tokens() * run.nanos();
    }
    double spread = weights * xx - x * x;
    if (runs.stream().mapToLong(Measured::tokens).distinct().count() < 2) {
      throw new IllegalArgumentException("runs of two sizes or more are needed to fit a line");
    }
    double perToken = Math.max((weights * xy - x * y) / spread, Double.MIN_NORMAL);
    double fixed = Math.max((y - perToken * x) / weights, 0);
    return fixed == 0
        ? new CostModel(0, Math.max(xy / xx, Double.MIN_NORMAL))
        : new CostModel(fixed, perToken);
  }
}
