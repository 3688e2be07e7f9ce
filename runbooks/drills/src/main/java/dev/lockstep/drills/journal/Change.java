package dev.lockstep.drills.journal;

import java.util.Locale;

/** Something that happened in the account, for the story. */
public sealed interface Change {

  /** One line for people. */
  String line();

  record HostsAsked(int from, int to) implements Change {
    @Override
    public String line() {
      return "hosts asked    %d -> %d".formatted(from, to);
    }
  }

  record HostLaunched(String host) implements Change {
    @Override
    public String line() {
      return "host launched  " + host;
    }
  }

  record HostRegistered(String host) implements Change {
    @Override
    public String line() {
      return "host ready     " + host;
    }
  }

  /** EC2 had none to give. */
  record LaunchFailed(String type, String zone) implements Change {
    @Override
    public String line() {
      return "launch failed  no %s in %s".formatted(type, zone);
    }
  }

  record HostDied(String host) implements Change {
    @Override
    public String line() {
      return "host died      " + host;
    }
  }

  /** It is on its way out, with whatever still runs on it. */
  record HostEnds(String host) implements Change {
    @Override
    public String line() {
      return "host ends      " + host;
    }
  }

  record InstanceTurned(String host, String status) implements Change {
    @Override
    public String line() {
      return "host %-9s %s".formatted(status.toLowerCase(Locale.ROOT), host);
    }
  }

  record TasksAsked(int from, int to) implements Change {
    @Override
    public String line() {
      return "tasks asked    %d -> %d".formatted(from, to);
    }
  }

  record TaskPlaced(String task, String host) implements Change {
    @Override
    public String line() {
      return "task placed    %s on %s".formatted(task, host);
    }
  }

  record TaskServing(String task) implements Change {
    @Override
    public String line() {
      return "task serving   " + task;
    }
  }

  record TaskStopping(String task, String why) implements Change {
    @Override
    public String line() {
      return "task stopping  %s: %s".formatted(task, why);
    }
  }

  record TaskStopped(String task) implements Change {
    @Override
    public String line() {
      return "task stopped   " + task;
    }
  }

  /**
   * A deployment went a step.
   *
   * @param state what is said of it, in words
   */
  record DeploymentTurned(String deployment, Turn turn, String state) implements Change {
    /** The steps that a deployment can go. */
    public enum Turn {
      BEGAN,
      TOOK_ALL_REQUESTS,
      COMPLETED,
      FAILED
    }

    @Override
    public String line() {
      return "deployment     %s %s".formatted(deployment, state);
    }
  }

  /** What ECS writes, and sends, when no host can hold a task. */
  record PlacementFailed(String message) implements Change {
    @Override
    public String line() {
      return "ECS event      " + message;
    }
  }

  /** What ECS writes into a service's events. */
  record ServiceEvent(String message) implements Change {
    @Override
    public String line() {
      return "ECS event      " + message;
    }
  }

  record AlarmTurned(String alarm, String from, String to) implements Change {
    @Override
    public String line() {
      return "alarm          %s %s -> %s".formatted(alarm, from, to);
    }
  }

  /** A line that somebody outside the account adds, such as the brain's decision. */
  record Told(String who, String what) implements Change {
    @Override
    public String line() {
      return String.format(Locale.ROOT, "%-14s %s", who, what);
    }
  }
}
