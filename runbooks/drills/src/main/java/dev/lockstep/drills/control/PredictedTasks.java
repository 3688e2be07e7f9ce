package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.Statistic;
import dev.lockstep.drills.rules.PredictiveScaling;
import java.time.Duration;
import java.time.Instant;

/** Predictive scaling beside target tracking: a floor for each hour, set five minutes before it. */
final class PredictedTasks {
  private static final Duration HOUR = Duration.ofHours(1);

  private final Account account;
  private final PredictiveScaling rule;
  private final TrackedTasks tracked;

  PredictedTasks(Account account, PredictiveScaling rule, TrackedTasks tracked) {
    this.account = account;
    this.rule = rule;
    this.tracked = tracked;
    account
        .timeline()
        .after(HOUR.plusMinutes(1), () -> account.timeline().every(HOUR, this::hourIsOver));
    account
        .timeline()
        .after(
            HOUR.minusSeconds(PredictiveScaling.BUFFER_SECONDS),
            () -> account.timeline().every(HOUR, this::hourIsNear));
  }

  private void hourIsOver() {
    Instant end = account.timeline().instant().minus(Duration.ofMinutes(1));
    double requests =
        account
            .metrics()
            .read(
                MetricName.ofTargetGroup("RequestCount"),
                new Statistic.Sum(),
                HOUR,
                end.minus(HOUR),
                end,
                account.timeline().instant())
            .values()
            .stream()
            .mapToDouble(Double::doubleValue)
            .sum();
    rule.observed(requests / HOUR.toSeconds());
  }

  /** The hour that has nearly passed has not been observed yet: the next one is two ahead. */
  private void hourIsNear() {
    rule.tasks(2).ifPresent(tasks -> tracked.atLeast((int) tasks));
  }
}
