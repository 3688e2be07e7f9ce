package dev.lockstep.drills.compare;

import dev.lockstep.drills.traffic.Demand;

/**
 * What users ask for.
 *
 * @param name of the trace or the generator
 */
public record Workload(String name, Demand demand) {
  private static final int MINUTE = 60;

  /** Requests a second over all of it. */
  public double meanRate() {
    double sum = 0;
    for (int second = 0; second < demand.seconds(); second++) {
      sum += demand.ratePerSecond(second);
    }
    return sum / demand.seconds();
  }

  /** The largest mean rate of a whole minute. */
  public double peakRate() {
    double peak = 0;
    double window = 0;
    for (int second = 0; second < demand.seconds(); second++) {
      window += demand.ratePerSecond(second);
      if (second >= MINUTE) {
        window -= demand.ratePerSecond(second - (long) MINUTE);
      }
      peak = Math.max(peak, window / MINUTE);
    }
    return peak;
  }
}
