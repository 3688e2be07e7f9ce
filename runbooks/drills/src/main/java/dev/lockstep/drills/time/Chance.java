package dev.lockstep.drills.time;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Common random numbers: the n-th draw of a kind is the same whatever was drawn before it, so that
 * two policies in one world meet the same boots and the same faults.
 */
public record Chance(long seed) {

  /** The source for the n-th draw of a kind, the same on any machine. */
  public RandomGenerator of(String kind, long index) {
    return new SplittableRandom(mix(mix(seed ^ kind.hashCode()) + index));
  }

  /** SplitMix64's finalizer: neighbouring seeds give unrelated streams. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
