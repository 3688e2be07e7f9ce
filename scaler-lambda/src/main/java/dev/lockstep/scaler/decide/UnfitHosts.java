package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Registration;
import dev.lockstep.scaler.observe.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Hosts that registered with no room for any task, were they empty: their agents found no GPU. As
 * long as the newest host is one of them, the next will most likely be another, so they are made up
 * for one at a time, each time after a wait twice as long:
 *
 * <pre>
 *   the first at once, the k-th (newest registration + lead * 2^(k-2))
 * </pre>
 *
 * A host that comes with room ends it: all that are missing are ordered.
 *
 * @param count how many there are
 * @param newest when the last of them registered
 */
record UnfitHosts(int count, Instant newest) {
  /** Half a year at a lead of four minutes; beyond it the wait no longer grows. */
  private static final int MOST_DOUBLINGS = 16;

  /**
   * Those among the hosts that ECS would place tasks on; none while the newest one has room.
   *
   * @param each what one task of each service holds
   */
  static Optional<UnfitHosts> among(List<Registration> open, List<Resources> each) {
    Optional<Instant> newest =
        open.stream().map(Registration::registeredAt).max(Comparator.naturalOrder());
    return newest
        .filter(latest ->
            open.stream()
                .filter(host -> host.registeredAt().equals(latest))
                .allMatch(host -> unfit(host, each)))
        .map(latest ->
            new UnfitHosts(
                Math.toIntExact(open.stream().filter(host -> unfit(host, each)).count()), latest));
  }

  private static boolean unfit(Registration host, List<Resources> each) {
    return each.stream().allMatch(task -> host.offered().fit(task) == 0);
  }

  /**
   * How many hosts are not ordered now.
   *
   * @param missing hosts that are needed beyond those that are asked for
   */
  int withheld(int missing, Instant now, Duration lead) {
    int replacements = Math.min(missing, count);
    return replacements > 0 && !now.isBefore(nextAt(missing, lead))
        ? replacements - 1
        : replacements;
  }

  /** When the next of them may be made up for. */
  Instant nextAt(int missing, Duration lead) {
    int madeUpFor = Math.max(0, count - missing);
    return madeUpFor == 0
        ? newest
        : newest.plus(lead.multipliedBy(1L << Math.min(madeUpFor - 1, MOST_DOUBLINGS)));
  }
}
