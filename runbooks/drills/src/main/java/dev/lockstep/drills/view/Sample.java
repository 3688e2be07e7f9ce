package dev.lockstep.drills.view;

import java.util.OptionalDouble;

/** One point of every curve. */
public record Sample(
    double second,
    double demand,
    double capacity,
    OptionalDouble p95Millis,
    int tasksServing,
    int tasksWanted,
    int hostsReady,
    int hostsAsked) {

  /** What a picture adds to the curves. */
  public static Sample of(Snapshot snapshot) {
    Snapshot.Fleet fleet = snapshot.fleet();
    return new Sample(
        snapshot.second(),
        snapshot.traffic().demand(),
        snapshot.traffic().capacity(),
        snapshot.traffic().p95Millis(),
        fleet.tasksServing(),
        fleet.tasksWanted(),
        fleet.hostsReady(),
        fleet.hostsAsked());
  }
}
