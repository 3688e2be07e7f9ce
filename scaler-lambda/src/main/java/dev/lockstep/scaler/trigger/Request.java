package dev.lockstep.scaler.trigger;

import java.time.Duration;

/** What an operator may ask. Bounds still hold, and whatever is remembered expires by itself. */
public sealed interface Request {

  /** The request as the operator would say it. */
  String summary();

  /** Look and report, change nothing. */
  record Observe() implements Request {
    @Override
    public String summary() {
      return "observe";
    }
  }

  /** Do what the next tick would do, now. */
  record Reconcile() implements Request {
    @Override
    public String summary() {
      return "reconcile";
    }
  }

  /** Keep at least this many tasks until the time to live is over. */
  record Scale(int tasks, Duration timeToLive) implements Request {
    public Scale {
      if (tasks < 1) {
        throw new IllegalArgumentException("tasks is 1 or more, not " + tasks);
      }
      requireTimeToLive(timeToLive);
    }

    @Override
    public String summary() {
      return "scale to %d tasks for %d min".formatted(tasks, timeToLive.toMinutes());
    }
  }

  /** Change nothing until the time to live is over. */
  record Hold(Duration timeToLive) implements Request {
    public Hold {
      requireTimeToLive(timeToLive);
    }

    @Override
    public String summary() {
      return "hold for %d min".formatted(timeToLive.toMinutes());
    }
  }

  /** End a hold and a floor now. */
  record Release() implements Request {
    @Override
    public String summary() {
      return "release";
    }
  }

  /** The longest that a hold or a floor may last: a forgotten one must not outlive a day. */
  Duration LONGEST_TIME_TO_LIVE = Duration.ofHours(24);

  private static void requireTimeToLive(Duration timeToLive) {
    if (!timeToLive.isPositive() || timeToLive.compareTo(LONGEST_TIME_TO_LIVE) > 0) {
      throw new IllegalArgumentException(
          "ttlMinutes is from 1 to %d, not %d"
              .formatted(LONGEST_TIME_TO_LIVE.toMinutes(), timeToLive.toMinutes()));
    }
  }
}
