package dev.lockstep.drills.traffic;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Draws when, within a second, requests arrive: a Poisson process, or a seen count at random. */
public final class Arrivals {
  private final Demand demand;
  private final RandomGenerator random;

  public Arrivals(Demand demand, RandomGenerator random) {
    this.demand = demand;
    this.random = random;
  }

  /** The moments within one second, from 0 up to 1, in rising order. */
  public double[] within(long second) {
    double rate = demand.ratePerSecond(second);
    int count = demand.exact() ? Math.toIntExact(Math.round(rate)) : poisson(rate);
    double[] moments = new double[count];
    for (int i = 0; i < count; i++) {
      moments[i] = random.nextDouble();
    }
    Arrays.sort(moments);
    return moments;
  }

  /** Counts exponential gaps; exact at any rate, in time proportional to the count. */
  private int poisson(double mean) {
    int count = 0;
    double time = random.nextExponential();
    while (time < mean) {
      count++;
      time += random.nextExponential();
    }
    return count;
  }
}
