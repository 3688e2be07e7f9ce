package dev.lockstep.drills.time;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Time that passes as fast as events can be run. Deterministic: events of one instant run in the
 * order in which they were asked for.
 */
public final class VirtualTimeline implements Timeline {
  private record Event(Instant when, long order, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::when).thenComparingLong(Event::order));

  private Instant now;
  private long asked;

  public VirtualTimeline(Instant start) {
    this.now = start;
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public void at(Instant when, Runnable event) {
    events.add(new Event(when.isBefore(now) ? now : when, asked++, event));
  }

  /** Runs every event up to and at the end; then it is the end. */
  public void runUntil(Instant end) {
    while (true) {
      Event next = events.peek();
      if (next == null || next.when().isAfter(end)) {
        now = end;
        return;
      }
      events.remove();
      now = next.when();
      next.action().run();
    }
  }
}
