package dev.lockstep.drills.view;

import dev.lockstep.drills.journal.Change;
import java.util.Optional;

/** Changes as they are shown; those that are shown otherwise are left out. */
final class EventLines {
  private EventLines() {}

  record Line(Snapshot.EventKind kind, String text) {}

  static Optional<Line> of(Change change) {
    return switch (change) {
      case Change.HostsAsked _,
          Change.HostLaunched _,
          Change.HostRegistered _,
          Change.HostEnds _,
          Change.InstanceTurned _,
          Change.TasksAsked _,
          Change.TaskPlaced _,
          Change.TaskServing _,
          Change.TaskStopping _,
          Change.TaskStopped _ ->
          line(Snapshot.EventKind.FLEET, change);
      case Change.HostDied _,
          Change.LaunchFailed _,
          Change.PlacementFailed _,
          Change.ServiceEvent _ ->
          line(Snapshot.EventKind.TROUBLE, change);
      case Change.DeploymentTurned _ -> line(Snapshot.EventKind.DEPLOYMENT, change);
      case Change.AlarmTurned _ -> line(Snapshot.EventKind.ALARM, change);
      case Change.Told(String who, String what) -> told(who, what);
    };
  }

  /** Decisions and glances have their own place. */
  private static Optional<Line> told(String who, String what) {
    return switch (who) {
      case Chronicle.OPERATOR -> Optional.of(new Line(Snapshot.EventKind.OPERATOR, what));
      case Chronicle.PROBLEM -> Optional.of(new Line(Snapshot.EventKind.TROUBLE, what));
      default -> Optional.empty();
    };
  }

  /** Without the columns that a terminal wants. */
  private static Optional<Line> line(Snapshot.EventKind kind, Change change) {
    return Optional.of(new Line(kind, change.line().replaceAll(" {2,}", " ")));
  }
}
