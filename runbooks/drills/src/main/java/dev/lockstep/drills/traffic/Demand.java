package dev.lockstep.drills.traffic;

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
