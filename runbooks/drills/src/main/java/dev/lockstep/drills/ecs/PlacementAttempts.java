package dev.lockstep.drills.ecs;

import dev.lockstep.drills.time.Timeline;
import java.time.Instant;

/** When the scheduler next tries to place what it could not place. */
final class PlacementAttempts {
  private final Placement placement;
  private final Timeline timeline;
  private final Runnable attempt;
  private int failures;
  private Instant nextAt = Instant.MIN;

  PlacementAttempts(Placement placement, Timeline timeline, Runnable attempt) {
    this.placement = placement;
    this.timeline = timeline;
    this.attempt = attempt;
  }

  boolean allowedNow() {
    return !timeline.instant().isBefore(nextAt);
  }

  /** The next attempt need not wait, but the failures are remembered. */
  void tryAtOnce() {
    nextAt = Instant.MIN;
  }

  void forget() {
    failures = 0;
    nextAt = Instant.MIN;
  }

  void failed() {
    failures++;
    Instant when =
        timeline
            .instant()
            .plus(
                switch (placement) {
                  case Placement.Plain plain -> plain.waitAfter(failures);
                  case Placement.Provisioning _ -> Placement.Provisioning.LOOK;
                });
    nextAt = when;
    timeline.at(
        when,
        () -> {
          // Another attempt may have been made, and have failed, since.
          if (nextAt.equals(when)) {
            attempt.run();
          }
        });
  }
}
