package dev.lockstep.drills.account;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CloudWatch's statistics over the samples of a period. */
public sealed interface Statistic {

  /** The statistic of samples in rising order, of which there is at least one. */
  double of(double[] sortedSamples);

  /** The total. */
  record Sum() implements Statistic {
    @Override
    public double of(double[] sortedSamples) {
      return Arrays.stream(sortedSamples).sum();
    }
  }

  /** The mean. */
  record Average() implements Statistic {
    @Override
    public double of(double[] sortedSamples) {
      return Arrays.stream(sortedSamples).sum() / sortedSamples.length;
    }
  }

  /** The largest. */
  record Maximum() implements Statistic {
    @Override
    public double of(double[] sortedSamples) {
      return sortedSamples[sortedSamples.length - 1];
    }
  }

  /** The smallest sample that the given share of samples does not exceed. */
  record Percentile(double percent) implements Statistic {
    @Override
    public double of(double[] sortedSamples) {
      int rank = (int) Math.ceil(percent / 100 * sortedSamples.length);
      return sortedSamples[Math.max(0, rank - 1)];
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
      default ->
          throw new IllegalArgumentException(
              "the statistic '%s' is not simulated; Sum, Average, Maximum and pNN are"
                  .formatted(name));
    };
  }
}
