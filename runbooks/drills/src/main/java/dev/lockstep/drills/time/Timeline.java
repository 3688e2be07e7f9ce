package dev.lockstep.drills.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that also calls back. Events run one at a time, so the model behind it needs no locks of
 * its own.
 */
public interface Timeline extends InstantSource {

  /** Runs an event at a time; a time that is past means as soon as can be. */
  void at(Instant when, Runnable event);

  default void after(Duration delay, Runnable event) {
    at(instant().plus(delay), event);
  }

  /** Runs an event now and then at every interval. */
  default void every(Duration interval, Runnable event) {
    event.run();
    after(interval, () -> every(interval, event));
  }
}
