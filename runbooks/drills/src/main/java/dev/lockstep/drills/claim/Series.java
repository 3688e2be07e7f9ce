package dev.lockstep.drills.claim;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * A number of an incident that a claim can be about. A gauge is looked at each ten seconds, and
 * every look must satisfy the claim; a total is what the whole window comes to.
 */
public enum Series {
  /** Hosts that have registered with ECS. */
  HOSTS(""),
  /** What the group is asked for. */
  HOSTS_ASKED(""),
  /** Hosts of those that were there at the start. */
  OLD_HOSTS(""),
  /** Tasks that pass the load balancer's health check. */
  TASKS(""),
  /** What the service is asked for. */
  TASKS_ASKED(""),
  /** The longest that a task that is asked for now has not run. */
  WAITING("s"),
  /** 95th percentile of ten seconds' answers; ten seconds without an answer are not looked at. */
  P95("ms"),
  /** Requests that were not answered within the budget. */
  VIOLATIONS("%"),
  /** Requests answered with an error, lost, or never answered. */
  FAILED(""),
  /** Requests that found no room, no task or no TLS. */
  REFUSED("");

  private static final int CENT = 100;

  private final String unit;

  Series(String unit) {
    this.unit = unit;
  }

  /** As a claim writes it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String unit() {
    return unit;
  }

  static Optional<Series> labelled(String label) {
    return Arrays.stream(values()).filter(series -> series.label().equals(label)).findFirst();
  }

  static String labels() {
    return Arrays.stream(values()).map(Series::label).collect(Collectors.joining(", "));
  }

  /** The values that a claim about these looks must hold for. */
  List<Double> values(List<Evidence.Look> looks) {
    return switch (this) {
      case HOSTS -> looks.stream().map(look -> (double) look.hosts()).toList();
      case HOSTS_ASKED -> looks.stream().map(look -> (double) look.hostsAsked()).toList();
      case OLD_HOSTS -> looks.stream().map(look -> (double) look.oldHosts()).toList();
      case TASKS -> looks.stream().map(look -> (double) look.tasks()).toList();
      case TASKS_ASKED -> looks.stream().map(look -> (double) look.tasksAsked()).toList();
      case WAITING -> looks.stream().map(look -> look.waiting().toMillis() / 1000.0).toList();
      case P95 ->
          looks.stream()
              .map(Evidence.Look::p95)
              .filter(OptionalDouble::isPresent)
              .map(OptionalDouble::getAsDouble)
              .toList();
      case VIOLATIONS -> List.of(violationPercent(looks));
      case FAILED -> List.of(looks.stream().mapToDouble(Evidence.Look::failed).sum());
      case REFUSED -> List.of(looks.stream().mapToDouble(Evidence.Look::refused).sum());
    };
  }

  /** Without a finished request nobody was served in time: nothing but violations. */
  static double violationPercent(List<Evidence.Look> looks) {
    long finished = looks.stream().mapToLong(Evidence.Look::finished).sum();
    long outside = looks.stream().mapToLong(Evidence.Look::outside).sum();
    return finished == 0 ? CENT : (double) CENT * outside / finished;
  }
}
