package dev.lockstep.drills.drill;

import dev.lockstep.drills.traffic.Demand;
import java.time.Duration;

/** Demand that rises at once from quiet to a peak, and sinks again at once after an hour there. */
record SurgeAndEbb() implements Demand {
  static final Duration RISE = Duration.ofMinutes(20);
  static final Duration EBB = Duration.ofMinutes(80);
  static final Duration END = Duration.ofMinutes(150);

  private static final double QUIET = 12;
  private static final double PEAK = 40;
  private static final double RATE_PER_TASK = 8;

  @Override
  public double ratePerSecond(long second) {
    return second >= RISE.toSeconds() && second < EBB.toSeconds() ? PEAK : QUIET;
  }

  @Override
  public boolean exact() {
    return false;
  }

  @Override
  public long seconds() {
    return END.toSeconds();
  }

  /** Tasks that the rate of a moment needs. */
  int needed(Duration at) {
    return (int) Math.ceil(ratePerSecond(at.toSeconds()) / RATE_PER_TASK);
  }

  /** Tasks that the highest rate from a moment to another needs, both included. */
  int needed(Duration from, Duration to) {
    boolean peaked = to.compareTo(RISE) >= 0 && from.compareTo(EBB) < 0;
    return (int) Math.ceil((peaked ? PEAK : QUIET) / RATE_PER_TASK);
  }
}
