package dev.lockstep.scaler.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How far ECS's desired count may run ahead of the hosts that have registered. */
public enum TaskRelease {
  /**
   * One run raises both counts, and ECS places tasks as hosts register. It backs off from tasks
   * that it cannot place, so that these wait longer than their hosts take.
   */
  TOGETHER,
  /**
   * One run sizes both counts and orders the hosts; a task is asked for once a registered host can
   * hold it, which the host's own event tells. No task ever waits for a host.
   */
  ON_REGISTRATION;

  /** The value as it is written in configuration: {@code together}, {@code on-registration}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static TaskRelease from(Map<String, String> environment) {
    String value = Setting.TASK_RELEASE.text(environment);
    return Arrays.stream(values())
        .filter(release -> release.label().equals(value))
        .findFirst()
        .orElseThrow(() ->
            Setting.TASK_RELEASE.invalid(
                value,
                Arrays.stream(values())
                    .map(TaskRelease::label)
                    .collect(Collectors.joining(" or "))));
  }
}
