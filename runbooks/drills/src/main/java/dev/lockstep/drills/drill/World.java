package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.cloudwatch.Alarm;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.MissingData;
import dev.lockstep.drills.cloudwatch.Statistic;
import dev.lockstep.drills.control.Controller;
import dev.lockstep.drills.traffic.TrafficMeter;
import java.time.Duration;

/**
 * Connects an account to the brain as the Terraform module does: the alarm on the request rate, the
 * tick, and the fleet's events.
 */
public final class World {
  private World() {}

  /**
   * Calls the controller on the alarm, at every tick and at every fleet event.
   *
   * @param alarmAbove requests/s of the whole service above which the alarm goes off
   */
  public static void connect(
      Account account, Controller controller, double alarmAbove, Duration tick) {
    account.watch(
        new Alarm.Rule(
            "request-rate",
            MetricName.ofService("Arrivals"),
            new Statistic.Sum(),
            TrafficMeter.FINE_PERIOD,
            Alarm.Comparison.ABOVE,
            alarmAbove * TrafficMeter.FINE_PERIOD.toSeconds(),
            1,
            1,
            MissingData.MISSING),
        controller::receive);
    account.schedule(tick, controller::receive);
    account.subscribe(controller::receive);
  }
}
