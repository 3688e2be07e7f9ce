package dev.lockstep.drills.drill;

import java.time.Duration;
import java.util.Optional;

/** A fault with its time: seconds since the start. */
public record Scheduled(Fault fault, Duration at, Optional<Duration> until) {
  public Scheduled {
    if (at.isNegative() || until.filter(end -> end.compareTo(at) <= 0).isPresent()) {
      throw new IllegalArgumentException(
          "a fault begins at 0 or later and ends after it began, not at %d s until %d s"
              .formatted(at.toSeconds(), until.orElse(at).toSeconds()));
    }
  }

  /** Puts it on the simulation's timeline. */
  void on(Simulation simulation) {
    var timeline = simulation.account().timeline();
    timeline.after(
        at,
        () -> {
          simulation.account().tell("fault", fault.toString());
          fault.begin(simulation);
        });
    until.ifPresent(end ->
        timeline.after(
            end,
            () -> {
              simulation.account().tell("fault over", fault.toString());
              fault.end(simulation);
            }));
  }
}
