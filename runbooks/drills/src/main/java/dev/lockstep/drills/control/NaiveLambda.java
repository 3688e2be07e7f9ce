package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.cloudwatch.Alarm;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.MissingData;
import dev.lockstep.drills.cloudwatch.Statistic;
import dev.lockstep.scaler.trigger.AlarmState;
import dev.lockstep.scaler.trigger.Parsed;
import dev.lockstep.scaler.trigger.PayloadParser;
import dev.lockstep.scaler.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * The function that everybody writes first: when the alarm goes off it sets hosts and tasks to what
 * demand needs, and when the alarm is over it sets them back. It does not know that an alarm that
 * stays in ALARM calls only once.
 */
final class NaiveLambda {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final double IN_SHARE = 0.7;
  private static final int IN_POINTS = 15;

  private final Stage stage;
  private final double ratePerTask;
  private final JointHosts hosts;

  private NaiveLambda(Stage stage, double ratePerTask) {
    this.stage = stage;
    this.ratePerTask = ratePerTask;
    this.hosts = new JointHosts(stage.account());
  }

  static void connect(Stage stage, double ratePerTask) {
    NaiveLambda function = new NaiveLambda(stage, ratePerTask);
    stage
        .account()
        .watch(
            rule("rate-high", Alarm.Comparison.ABOVE, ratePerTask * MINUTE.toSeconds(), 1),
            function::receive);
    stage
        .account()
        .watch(
            rule(
                "rate-low",
                Alarm.Comparison.BELOW,
                ratePerTask * MINUTE.toSeconds() * IN_SHARE,
                IN_POINTS),
            function::receive);
  }

  private static Alarm.Rule rule(
      String name, Alarm.Comparison comparison, double threshold, int points) {
    return new Alarm.Rule(
        name,
        MetricName.ofTargetGroup("RequestCountPerTarget"),
        new Statistic.Sum(),
        MINUTE,
        comparison,
        threshold,
        points,
        points,
        MissingData.MISSING);
  }

  private void receive(byte[] payload) {
    for (Parsed parsed : PayloadParser.parse(payload)) {
      if (parsed instanceof Parsed.Understood(Trigger.Alarm alarm)
          && alarm.state() == AlarmState.ALARM) {
        resize();
      }
    }
  }

  private void resize() {
    Account account = stage.account();
    Instant now = account.timeline().instant();
    Map.Entry<Instant, Double> newest =
        account
            .metrics()
            .read(
                MetricName.ofTargetGroup("RequestCount"),
                new Statistic.Sum(),
                MINUTE,
                now.minus(MINUTE.multipliedBy(3)),
                now,
                now)
            .lastEntry();
    if (newest != null) {
      double demand = newest.getValue() / MINUTE.toSeconds();
      int tasks = stage.bounds().clamp((int) Math.ceil(demand / ratePerTask));
      hosts.tasksWanted(tasks);
      account.service().setDesired(tasks);
    }
  }
}
