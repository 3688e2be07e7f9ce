package dev.lockstep.drills.cloudwatch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CloudWatch's statistics over the samples of a period.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html">CloudWatch
 *     statistics definitions</a>
 */
public sealed interface Statistic {

  /** The statistic of what was measured. */
  double of(Samples samples);

  /** The total. */
  record Sum() implements Statistic {
    @Override
    public double of(Samples samples) {
      return samples.sum();
    }
  }

  /** The mean. */
  record Average() implements Statistic {
    @Override
    public double of(Samples samples) {
      return samples.sum() / samples.count();
    }
  }

  /** The largest. */
  record Maximum() implements Statistic {
    @Override
    public double of(Samples samples) {
      return samples.maximum();
    }
  }

  /** The smallest. */
  record Minimum() implements Statistic {
    @Override
    public double of(Samples samples) {
      return samples.minimum();
    }
  }

  /** How many samples there are. */
  record SampleCount() implements Statistic {
    @Override
    public double of(Samples samples) {
      return samples.count();
    }
  }

  /**
   * How many samples it takes to mean something; below, an alarm may be set to ignore it.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html">Percentile-based
   *     alarms and low data samples</a>
   */
  default double significantFrom() {
    return 0;
  }

  /** The smallest sample that the given share of samples does not exceed. */
  record Percentile(double percent) implements Statistic {
    private static final double SAMPLES_BEYOND = 10;

    @Override
    public double significantFrom() {
      double share = percent / 100;
      return SAMPLES_BEYOND / (share < 0.5 ? share : 1 - share);
    }

    @Override
    public double of(Samples samples) {
      return samples.percentile(percent);
    }
  }

  Pattern PERCENTILE = Pattern.compile("p(\\d{1,2}(?:\\.\\d+)?|100)");

  /**
   * Reads a statistic as the API names it.
   *
   * @throws IllegalArgumentException for one that is not simulated
   */
  static Statistic parse(String name) {
    Matcher percentile = PERCENTILE.matcher(name);
    if (percentile.matches()) {
      return new Percentile(Double.parseDouble(percentile.group(1)));
    }
    return switch (name) {
      case "Sum" -> new Sum();
      case "Average" -> new Average();
      case "Maximum" -> new Maximum();
      case "Minimum" -> new Minimum();
      case "SampleCount" -> new SampleCount();
      default ->
          throw new IllegalArgumentException(
              "the statistic '%s' is not simulated; Sum, Average, Maximum, Minimum, SampleCount and pNN are"
                  .formatted(name));
    };
  }
}
