package dev.lockstep.drills.time;

import java.util.random.RandomGenerator;

/**
 * Random numbers that are the same to the last bit on any machine. The JDK's own are but for a
 * rejection by {@code Math.exp}, whose last bit may differ between processors.
 */
public final class RandomNumbers {
  private RandomNumbers() {}

  /** Exponential with mean 1, by inversion. */
  public static double exponential(RandomGenerator random) {
    return -StrictMath.log(1 - random.nextDouble());
  }

  /** Normal with mean 0 and deviation 1, by Box and Muller. */
  public static double gaussian(RandomGenerator random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
  }
}
