package dev.lockstep.drills.soak;

import dev.lockstep.drills.traffic.Demand;
import java.time.Duration;

/**
 * A part of a longer demand, passed through faster: the rates are the same, each for a shorter
 * time.
 *
 * @param from where the part begins
 * @param length how long the excerpt lasts, in its own time
 * @param pace so many seconds of the whole pass in one of the excerpt
 */
record Excerpt(Demand whole, Duration from, Duration length, int pace) implements Demand {
  Excerpt {
    if (pace < 1) {
      throw new IllegalArgumentException("the pace is 1 or more, not " + pace);
    }
    if (from.plus(length.multipliedBy(pace)).toSeconds() > whole.seconds()) {
      throw new IllegalArgumentException(
          "%d s at pace %d from second %d on are more than the %d s there are"
              .formatted(length.toSeconds(), pace, from.toSeconds(), whole.seconds()));
    }
  }

  @Override
  public double ratePerSecond(long second) {
    return second < seconds() ? whole.ratePerSecond(from.toSeconds() + second * pace) : 0;
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
