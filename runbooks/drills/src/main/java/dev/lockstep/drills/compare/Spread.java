package dev.lockstep.drills.compare;

import java.util.Arrays;

/** The median of several runs, and how far they lie apart. */
public record Spread(double least, double median, double most) {

  /**
   * Of one value or more.
   *
   * @throws IllegalArgumentException without any
   */
  public static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a spread needs a value");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(sorted[0], median, sorted[sorted.length - 1]);
  }
}
