package dev.lockstep.drills.drill;

import dev.lockstep.drills.traffic.TrafficMeter;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How long a fleet takes to get over a surge: the longest run of ten seconds with a p95 over the
 * budget. Ten seconds in which nothing was served end a run, because nobody waited.
 */
public final class Recovery {
  private final double budgetMillis;
  private int current;
  private int longest;

  public Recovery(Duration budget) {
    budgetMillis = budget.toNanos() / 1e6;
  }

  /** The next ten seconds. */
  public void periodOver(OptionalDouble p95Millis) {
    current = p95Millis.orElse(0) > budgetMillis ? current + 1 : 0;
    longest = Math.max(longest, current);
  }

  public Duration longest() {
    return TrafficMeter.FINE_PERIOD.multipliedBy(longest);
  }
}
