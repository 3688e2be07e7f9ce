package dev.lockstep.drills.traffic;

import dev.lockstep.drills.time.RandomNumbers;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Draws when, within a second, requests arrive: a Poisson process, or a seen count at random. */
public final class Arrivals {
  private static final int MICROS_A_SECOND = 1_000_000;

  /** The generator is named, so that a seed means the same on any machine. */
  private static final String GENERATOR = "L64X128MixRandom";

  private final Demand demand;
  private final RandomGenerator random;

  public Arrivals(Demand demand, long seed) {
    this.demand = demand;
    this.random = RandomGeneratorFactory.of(GENERATOR).create(seed);
  }

  /** The moments within one second, in microseconds from its start, in rising order. */
  public int[] within(long second) {
    double rate = demand.ratePerSecond(second);
    int count = demand.exact() ? Math.toIntExact(Math.round(rate)) : poisson(rate);
    int[] moments = new int[count];
    for (int i = 0; i < count; i++) {
      moments[i] = random.nextInt(MICROS_A_SECOND);
    }
    Arrays.sort(moments);
    return moments;
  }

  /** Counts exponential gaps; exact at any rate, in time proportional to the count. */
  private int poisson(double mean) {
    int count = 0;
    double time = RandomNumbers.exponential(random);
    while (time < mean) {
      count++;
      time += RandomNumbers.exponential(random);
    }
    return count;
  }
}
