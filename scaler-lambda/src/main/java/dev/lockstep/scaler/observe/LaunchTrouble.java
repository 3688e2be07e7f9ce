package dev.lockstep.scaler.observe;

import java.time.Duration;
import java.time.Instant;

/**
 * The group's last launches all failed. Auto Scaling goes on trying by itself as long as hosts are
 * missing; what has to stop is asking for more, and counting on hosts that do not come.
 *
 * @param failures launches in a row that failed
 * @param latest when the last of them did
 * @param message why, in Auto Scaling's words, which name the zone and the type
 */
public record LaunchTrouble(int failures, Instant latest, String message) {
  private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);
  private static final int MOST_DOUBLINGS = 5;

  public LaunchTrouble {
    if (failures < 1) {
      throw new IllegalArgumentException("trouble is 1 failed launch or more, not " + failures);
    }
  }

  /** Until then no more hosts are asked for: a minute, doubled for each failure, at most 15. */
  public Instant waitsUntil() {
    Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    return latest.plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
  }
}
