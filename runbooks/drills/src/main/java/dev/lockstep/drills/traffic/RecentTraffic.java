package dev.lockstep.drills.traffic;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Stands between a source and the meter and remembers the last ten seconds, for whoever watches
 * live: the meter's own periods are too coarse for that. Belongs on the timeline.
 */
public final class RecentTraffic implements Supplier<Tally> {
  /** As long as the meter's fine period. */
  public static final int SECONDS = 10;

  /** Over fewer seconds than latencies, so that a surge is seen at once. */
  private static final int RATE_SECONDS = 5;

  private final Supplier<Tally> source;
  private final Deque<Tally> seconds = new ArrayDeque<>();
  private final Tally total = new Tally();
  private Tally second = new Tally();
  private Tally untaken = new Tally();

  public RecentTraffic(Supplier<Tally> source) {
    this.source = source;
  }

  /** To be called each second. */
  public void secondOver() {
    collect();
    seconds.addFirst(second);
    second = new Tally();
    if (seconds.size() > SECONDS) {
      seconds.removeLast();
    }
  }

  private void collect() {
    Tally fresh = source.get();
    second.addAll(fresh);
    untaken.addAll(fresh);
    total.addAll(fresh);
  }

  /** For the meter: what happened since it was last asked. */
  @Override
  public Tally get() {
    collect();
    Tally taken = untaken;
    untaken = new Tally();
    return taken;
  }

  /** Requests a second that users sent of late; 0 before the first second is over. */
  public double sentPerSecond() {
    return seconds.stream().limit(RATE_SECONDS).mapToLong(Tally::sent).average().orElse(0);
  }

  /** The last ten whole seconds together. */
  public Tally recent() {
    Tally recent = new Tally();
    seconds.forEach(recent::addAll);
    return recent;
  }

  /** Everything since the start. */
  public Tally total() {
    return total;
  }
}
