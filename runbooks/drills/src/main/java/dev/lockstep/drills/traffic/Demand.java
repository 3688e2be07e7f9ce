package dev.lockstep.drills.traffic;

import java.util.NavigableMap;
import java.util.TreeMap;

/** How many requests users send, second by second. */
public interface Demand {

  /**
   * The rate in one second.
   *
   * @param second since the start, 0 or more
   * @return requests a second, 0 or more
   */
  double ratePerSecond(long second);

  /** Whether the rate is a count that was really seen, rather than a mean to draw a count from. */
  boolean exact();

  /** Whole seconds after which there is nothing more. */
  long seconds();

  /**
   * A rate that holds until the next one does.
   *
   * @param rates by the second from which on they hold; the first from 0 on
   */
  record Steps(NavigableMap<Long, Double> rates, long seconds) implements Demand {
    public Steps {
      rates = new TreeMap<>(rates);
      if (rates.isEmpty() || rates.firstKey() != 0) {
        throw new IllegalArgumentException(
            "the first rate holds from second 0 on, but there are %s".formatted(rates));
      }
    }

    @Override
    public double ratePerSecond(long second) {
      return rates.floorEntry(second).getValue();
    }

    @Override
    public boolean exact() {
      return false;
    }
  }

  /** One rate up to a moment and another one after it. */
  record Surge(double before, double after, long surgeSecond, long seconds) implements Demand {
    @Override
    public double ratePerSecond(long second) {
      return second < surgeSecond ? before : after;
    }

    @Override
    public boolean exact() {
      return false;
    }
  }
}
