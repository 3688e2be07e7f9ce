package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.Alarm;
import dev.lockstep.drills.account.MetricName;
import dev.lockstep.drills.account.Payloads;
import dev.lockstep.drills.account.Statistic;
import dev.lockstep.drills.control.Controller;
import dev.lockstep.drills.traffic.TrafficMeter;
import java.time.Duration;

/** Connects an account to a controller, as the Terraform module does: alarms and the tick. */
public final class World {
  /** An alarm's action reaches the function a moment after the change of state. */
  private static final Duration ACTION_DELAY = Duration.ofSeconds(1);

  private World() {}

  /**
   * Watches the request rate and calls the controller on the alarm and at every tick.
   *
   * @param alarmAbove requests/s above which the alarm goes off
   */
  public static void connect(
      Account account, Controller controller, double alarmAbove, Duration tick) {
    Alarm.Rule rate =
        new Alarm.Rule(
            "request-rate",
            MetricName.ofService("Arrivals"),
            new Statistic.Sum(),
            TrafficMeter.FINE_PERIOD,
            alarmAbove * TrafficMeter.FINE_PERIOD.toSeconds(),
            1,
            1);
    account.watch(rate, TrafficMeter.FINE_PERIOD, ACTION_DELAY, controller::receive);
    account
        .timeline()
        .after(
            tick,
            () ->
                account
                    .timeline()
                    .every(
                        tick,
                        () -> controller.receive(Payloads.tick(account.timeline().instant()))));
  }
}
