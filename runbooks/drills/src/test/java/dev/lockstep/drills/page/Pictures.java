package dev.lockstep.drills.page;

import dev.lockstep.drills.view.Snapshot;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Snapshots to be put up, told apart by their second. */
final class Pictures {
  private Pictures() {}

  static Snapshot at(double second) {
    return at(second, "has not looked yet");
  }

  /** With a text of any length. */
  static Snapshot at(double second, String look) {
    Snapshot.Counts none = new Snapshot.Counts(0, 0, 0, 0);
    return new Snapshot(
        "run",
        second,
        new Snapshot.Traffic(12, 16, 8, OptionalDouble.empty(), 250, none, none),
        new Snapshot.Fleet(2, 2, 0, 0, 8, 2, 2, 2, 8, 0, 0, List.of()),
        new Snapshot.Brain(OptionalDouble.empty(), look, OptionalDouble.empty()),
        new Snapshot.Switches(false, false),
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of());
  }
}
