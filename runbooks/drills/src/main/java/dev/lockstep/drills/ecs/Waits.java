package dev.lockstep.drills.ecs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * How long tasks that are asked for do not run. Whoever has been missing for longest is served
 * first; when fewer are asked for, those that were asked for last no longer wait.
 */
public final class Waits {
  private final Deque<Instant> since = new ArrayDeque<>();
  private final List<Duration> ended = new ArrayList<>();
  private Duration longestPending = Duration.ZERO;

  /** The number of missing tasks has changed, and none of them has begun to run. */
  void missing(int count, Instant now) {
    while (since.size() < count) {
      since.addLast(now);
    }
    while (since.size() > count) {
      since.removeLast();
    }
  }

  /**
   * One of the missing tasks runs now.
   *
   * @param pending how long it had been PENDING on its host
   */
  void ran(Instant now, Duration pending) {
    longestPending = longer(longestPending, pending);
    Instant asked = since.pollFirst();
    if (asked != null) {
      ended.add(Duration.between(asked, now));
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** How long each task that runs by now had been asked for before it ran. */
  public List<Duration> ended() {
    return List.copyOf(ended);
  }

  /** The longest that a task which runs by now had been PENDING on its host. */
  public Duration longestPending() {
    return longestPending;
  }

  /** How long the tasks that are asked for and do not run yet have been waiting. */
  public List<Duration> still(Instant now) {
    return since.stream().map(asked -> Duration.between(asked, now)).toList();
  }
}
