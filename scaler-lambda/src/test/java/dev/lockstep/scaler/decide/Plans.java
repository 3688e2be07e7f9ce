package dev.lockstep.scaler.decide;

import static dev.lockstep.scaler.observe.Pictures.NOW;

import dev.lockstep.scaler.observe.Pictures;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.trigger.AlarmState;
import dev.lockstep.scaler.trigger.Request;
import dev.lockstep.scaler.trigger.Trigger;
import java.util.List;
import java.util.Optional;

/** Plans for tests: the usual policy and an alarm, one picture at a time. */
final class Plans {
  static final Trigger ALARM =
      new Trigger.Alarm("request-rate", AlarmState.ALARM, AlarmState.OK, NOW);

  static final Trigger TICK = new Trigger.Tick(NOW);

  private Plans() {}

  static Plan plan(Pictures picture) {
    return Planner.plan(Policies.with(), picture.taken(), ALARM);
  }

  static Plan plan(Pictures picture, Request request) {
    return Planner.plan(
        Policies.with(),
        picture.taken(),
        new Trigger.Manual(request, Optional.empty(), false, "drill"));
  }

  static List<String> sentences(Plan plan) {
    return plan.reasons().stream().map(Reason::sentence).toList();
  }

  static List<Reason.Code> codes(Plan plan) {
    return plan.reasons().stream().map(Reason::code).toList();
  }
}
