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

  /** The smallest sample that the given share of samples does not exceed. */
  record Percentile(double percent) implements Statistic {
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
