package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.HostGroup;
import dev.lockstep.drills.cloudwatch.Alarm;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.MissingData;
import dev.lockstep.drills.cloudwatch.Statistic;
import dev.lockstep.drills.rules.StepScaling;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Step scaling on both layers by the same alarms: on requests a target the service and the group
 * each take a step, and again each minute; after ten quiet minutes each gives one back.
 */
final class SteppedTasks {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int IN_POINTS = 10;
  private static final int POINTS_LOOKED_BACK = 3;

  /** Below this share of the threshold the alarm for the way in counts a point. */
  private static final double IN_SHARE = 0.7;

  private static final MetricName METRIC = MetricName.ofTargetGroup("RequestCountPerTarget");

  private final Account account;
  private final StepScaling rule;
  private final TaskBounds bounds;
  private final JointHosts trimmed;
  private StepScaling.State tasks = StepScaling.State.FRESH;
  private StepScaling.State hosts = StepScaling.State.FRESH;

  SteppedTasks(Account account, StepScaling rule, TaskBounds bounds) {
    this.account = account;
    this.rule = rule;
    this.bounds = bounds;
    this.trimmed = new JointHosts(account);
    account.watchForScaling(
        alarm("step-out", Alarm.Comparison.ABOVE, rule.threshold(), 1), this::out);
    account.watchForScaling(
        alarm("step-in", Alarm.Comparison.BELOW, rule.threshold() * IN_SHARE, IN_POINTS), this::in);
  }

  private static Alarm.Rule alarm(
      String name, Alarm.Comparison comparison, double threshold, int points) {
    return new Alarm.Rule(
        name,
        METRIC,
        new Statistic.Sum(),
        MINUTE,
        comparison,
        threshold,
        points,
        points,
        MissingData.MISSING);
  }

  private void out() {
    newest()
        .ifPresent(metric -> {
          var now = account.timeline().instant();
          HostGroup group = account.group();
          StepScaling.Result forHosts = rule.out(hosts, now, group.desired(), metric);
          StepScaling.Result forTasks = rule.out(tasks, now, account.service().desired(), metric);
          hosts = forHosts.state();
          tasks = forTasks.state();
          group.setDesired(Math.min(group.max(), forHosts.desired()));
          account.service().setDesired(bounds.clamp(forTasks.desired()));
        });
  }

  private void in() {
    int fewer = bounds.clamp(account.service().desired() - 1);
    account.service().setDesired(fewer);
    trimmed.tasksWanted(fewer);
  }

  private Optional<Double> newest() {
    var now = account.timeline().instant();
    return Optional.ofNullable(
            account
                .metrics()
                .read(
                    METRIC,
                    new Statistic.Sum(),
                    MINUTE,
                    now.minus(MINUTE.multipliedBy(POINTS_LOOKED_BACK)),
                    now,
                    now)
                .lastEntry())
        .map(Map.Entry::getValue);
  }
}
