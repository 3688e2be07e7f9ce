package dev.lockstep.scaler.policy;

/** The fewest and the most of something countable, both inclusive. */
public record Bounds(int min, int max) {
  public Bounds {
    if (min < 0) {
      throw new IllegalArgumentException("the minimum is 0 or more, not " + min);
    }
    if (max < min) {
      throw new IllegalArgumentException("the maximum " + max + " is below the minimum " + min);
    }
  }
}
