package dev.lockstep.drills.traffic;

import java.util.Arrays;

/** A demand that is known second by second. */
final class Curve implements Demand {
  private final double[] perSecond;

  /** Takes the array over. */
  Curve(double[] perSecond) {
    this.perSecond = perSecond;
  }

  /** The same shape at another mean. */
  Curve scaledToMean(double mean) {
    double factor = mean / Arrays.stream(perSecond).average().orElseThrow();
    return new Curve(Arrays.stream(perSecond).map(rate -> rate * factor).toArray());
  }

  @Override
  public double ratePerSecond(long second) {
    return second < perSecond.length ? perSecond[Math.toIntExact(second)] : 0;
  }

  @Override
  public boolean exact() {
    return false;
  }

  @Override
  public long seconds() {
    return perSecond.length;
  }
}
