package dev.lockstep.scaler.decide;

import java.time.Duration;
import java.util.Optional;

/**
 * {@code L}: how long from ordering a host to a task serving on it.
 *
 * @param cold of a host that EC2 gives new
 * @param warm of a host out of the group's warm pool, where that is known; never longer
 * @param learned whether launches were seen, so that it is worth publishing
 * @param source where it comes from, in one line for the decision record
 */
public record LeadTimes(Duration cold, Optional<Duration> warm, boolean learned, String source) {
  public LeadTimes {
    refuseWhere(!cold.isPositive(), "a lead time is above 0, not %s".formatted(cold));
    Duration longest = cold;
    warm.ifPresent(lead -> {
      refuseWhere(!lead.isPositive(), "a lead time is above 0, not %s".formatted(lead));
      refuseWhere(
          lead.compareTo(longest) > 0,
          "a warm host takes no longer than a cold one: %s warm, %s cold".formatted(lead, longest));
    });
  }

  /**
   * The lead of the last of the next hosts, which is when the fleet is whole.
   *
   * <p>Auto Scaling takes the warm pool's hosts first. Say {@code h} more hosts than are ordered
   * will be needed within the cold lead, and the pool has {@code k}:
   *
   * <pre>
   *   h &lt;= k    each of them can still be ordered a warm lead before it is needed
   *   h &gt;  k    the last h - k come cold, and they are not asked for before the first k are:
   *             all of them are ordered a cold lead ahead
   * </pre>
   *
   * There is nothing in between: a mean of the two leads would be late for the hosts that come
   * cold.
   *
   * @param hosts how many more hosts demand within the cold lead needs
   * @param pooled how many hosts of the warm pool are ready to start
   */
  public Duration ofNext(int hosts, int pooled) {
    return warm.filter(_ -> pooled > 0 && hosts <= pooled).orElse(cold);
  }

  private static void refuseWhere(boolean wrong, String why) {
    if (wrong) {
      throw new IllegalArgumentException(why);
    }
  }
}
