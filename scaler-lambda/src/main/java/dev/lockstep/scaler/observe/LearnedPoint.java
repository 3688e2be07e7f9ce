package dev.lockstep.scaler.observe;

import java.time.Instant;

/**
 * A number that the brain learned and published, read back from CloudWatch: all that it remembers.
 *
 * @param at the beginning of the period in which it was published
 */
public record LearnedPoint(Instant at, double value) {
  public LearnedPoint {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a learned number is finite, not " + value);
    }
  }
}
