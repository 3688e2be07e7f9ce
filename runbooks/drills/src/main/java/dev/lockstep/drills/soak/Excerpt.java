package dev.lockstep.drills.soak;

import dev.lockstep.drills.traffic.Demand;
import java.time.Duration;
import java.util.stream.LongStream;

/**
 * A part of a longer demand.
 *
 * @param from where the part begins
 * @param length how long it lasts
 */
record Excerpt(Demand whole, Duration from, Duration length) implements Demand {
  Excerpt {
    if (from.plus(length).toSeconds() > whole.seconds()) {
      throw new IllegalArgumentException(
          "%d s from second %d on are more than the %d s there are"
              .formatted(length.toSeconds(), from.toSeconds(), whole.seconds()));
    }
  }

  @Override
  public double ratePerSecond(long second) {
    return second < seconds() ? whole.ratePerSecond(from.toSeconds() + second) : 0;
  }

  /** How many requests it brings, but for chance. */
  double requests() {
    return LongStream.range(0, seconds()).mapToDouble(this::ratePerSecond).sum();
  }

  @Override
  public boolean exact() {
    return false;
  }

  @Override
  public long seconds() {
    return length.toSeconds();
  }
}
