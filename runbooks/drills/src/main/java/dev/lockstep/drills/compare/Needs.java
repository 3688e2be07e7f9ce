package dev.lockstep.drills.compare;

import dev.lockstep.drills.traffic.RequestTimes;

/** How many tasks the requests of a run need, second by second. */
public final class Needs {
  private final RequestTimes requests;
  private final int fewest;

  /** The needs of a run, of which no second has fewer than the fleet's minimum. */
  public Needs(RequestTimes requests, int fewest) {
    this.requests = requests;
    this.fewest = fewest;
  }

  public int seconds() {
    return requests.seconds();
  }

  /**
   * By the rate over a window around each second, half before and half after it.
   *
   * @param ratePerTask requests a second that one task takes
   */
  public int[] around(double ratePerTask, int windowSeconds) {
    int half = windowSeconds / 2;
    return needed(ratePerTask, -half, windowSeconds - half);
  }

  /** By the rate over the window that ends with each second. */
  public int[] before(double ratePerTask, int windowSeconds) {
    return needed(ratePerTask, 1 - windowSeconds, 1);
  }

  private int[] needed(double ratePerTask, int fromOffset, int toOffset) {
    int seconds = requests.seconds();
    int[] needed = new int[seconds];
    for (int second = 0; second < seconds; second++) {
      int from = Math.max(0, second + fromOffset);
      int to = Math.min(seconds, second + toOffset);
      double rate = (double) requests.between(from, to) / (to - from);
      needed[second] = Math.max(fewest, (int) Math.ceil(rate / ratePerTask));
    }
    return needed;
  }
}
