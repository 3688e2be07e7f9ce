package dev.lockstep.drills.cloudwatch;

import java.util.Arrays;
import java.util.List;

/**
 * What was measured in one period, as PutMetricData takes it: values, and how often each was seen.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html">MetricDatum,
 *     Values and Counts</a>
 */
public final class Samples {
  private final double[] values;
  private final double[] counts;
  private final double total;

  private Samples(double[] values, double[] counts) {
    this.values = values;
    this.counts = counts;
    this.total = Arrays.stream(counts).sum();
  }

  /** One value, seen once. */
  public static Samples of(double value) {
    return new Samples(new double[] {value}, new double[] {1});
  }

  /**
   * Values and their counts; both arrays are handed over.
   *
   * @param values in rising order
   * @param counts above 0, one for each value
   * @throws IllegalArgumentException when the arrays differ in length or are empty
   */
  public static Samples of(double[] values, double[] counts) {
    if (values.length != counts.length || values.length == 0) {
      throw new IllegalArgumentException(
          "%d values with %d counts; there is one count for each of 1 or more values"
              .formatted(values.length, counts.length));
    }
    return new Samples(values, counts);
  }

  /** Everything that was measured in several periods. */
  static Samples merged(List<Samples> parts) {
    Samples all = parts.getFirst();
    for (Samples part : parts.subList(1, parts.size())) {
      all = all.with(part);
    }
    return all;
  }

  /** Two rising runs make one; primitive arrays, because every minute of every drill comes by. */
  private Samples with(Samples other) {
    int length = values.length + other.values.length;
    double[] merged = new double[length];
    double[] seen = new double[length];
    int mine = 0;
    int theirs = 0;
    for (int i = 0; i < length; i++) {
      boolean takeMine =
          theirs == other.values.length
              || (mine < values.length && values[mine] <= other.values[theirs]);
      merged[i] = takeMine ? values[mine] : other.values[theirs];
      seen[i] = takeMine ? counts[mine++] : other.counts[theirs++];
    }
    return new Samples(merged, seen);
  }

  double count() {
    return total;
  }

  double sum() {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * counts[i];
    }
    return sum;
  }

  double maximum() {
    return values[values.length - 1];
  }

  double minimum() {
    return values[0];
  }

  /** The smallest value that the given share of samples does not exceed. */
  double percentile(double percent) {
    double rank = percent / 100 * total;
    double seen = 0;
    for (int i = 0; i < values.length; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return values[i];
      }
    }
    return maximum();
  }
}
