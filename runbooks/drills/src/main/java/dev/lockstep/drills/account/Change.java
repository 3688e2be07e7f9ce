package dev.lockstep.drills.account;

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

  /** What ECS writes into a service's events. */
  record ServiceEvent(String message) implements Change {
    @Override
    public String line() {
      return "ECS event      " + message;
    }
  }

  record AlarmTurned(String alarm, Alarm.State from, Alarm.State to) implements Change {
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
