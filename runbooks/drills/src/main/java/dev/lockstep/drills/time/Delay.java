package dev.lockstep.drills.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long something takes: never one number in AWS, so a distribution to draw from. */
public sealed interface Delay {

  Duration draw(RandomGenerator random);

  /** What it takes half of the time at most. */
  Duration median();

  /** Always the same, for golden timelines. */
  record Fixed(Duration median) implements Delay {
    @Override
    public Duration draw(RandomGenerator random) {
      return median;
    }
  }

  /**
   * Mostly near its median and now and then much longer, as boots and pulls are: the logarithm is
   * normal.
   *
   * @param spread the 95th percentile over the median, 1 or more
   */
  record LogNormal(Duration median, double spread) implements Delay {
    /** The 95th percentile of the normal distribution, in standard deviations. */
    private static final double P95 = 1.6449;

    private static final double MOST = 6;

    public LogNormal {
      if (!(spread >= 1)) {
        throw new IllegalArgumentException(
            "the spread is the 95th percentile over the median and so 1 or more, not " + spread);
      }
    }

    @Override
    public Duration draw(RandomGenerator random) {
      double factor = StrictMath.exp(RandomNumbers.gaussian(random) * StrictMath.log(spread) / P95);
      return Duration.ofMillis(Math.round(median.toMillis() * Math.min(factor, MOST)));
    }
  }

  /** The same, so many times as long. */
  default Delay times(double factor) {
    return switch (this) {
      case Fixed(Duration median) -> new Fixed(scaled(median, factor));
      case LogNormal(Duration median, double spread) ->
          new LogNormal(scaled(median, factor), spread);
    };
  }

  private static Duration scaled(Duration duration, double factor) {
    return Duration.ofMillis(Math.round(duration.toMillis() * factor));
  }

  /** Always the same. */
  static Delay of(Duration duration) {
    return new Fixed(duration);
  }
}
