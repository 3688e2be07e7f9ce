package dev.lockstep.scaler;

import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.trigger.Request;
import dev.lockstep.scaler.trigger.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whom a trigger is about. Alarms, ticks and events are a reason to look at everything; an operator
 * may mean one service, and must say which before anything about it is remembered.
 */
final class Addressee {
  private Addressee() {}

  /** What is wrong with whom a request names; none when nothing is. */
  static Optional<String> problem(Trigger.Manual manual, List<String> services) {
    if (manual.service().isPresent()) {
      return manual
          .service()
          .filter(named -> !services.contains(named))
          .map(named ->
              "service is '%s' but must be one of %s"
                  .formatted(named, String.join(", ", services)));
    }
    return services.size() > 1 && isRemembered(manual.request())
        ? Optional.of("service is missing; it must be one of " + String.join(", ", services))
        : Optional.empty();
  }

  private static boolean isRemembered(Request request) {
    return switch (request) {
      case Request.Observe _, Request.Reconcile _ -> false;
      case Request.Scale _, Request.Hold _, Request.Release _ -> true;
    };
  }

  static boolean includes(Trigger trigger, Policy policy) {
    return switch (trigger) {
      case Trigger.Manual manual ->
          manual.service().map(policy.fleet().service()::equals).orElse(true);
      case Trigger.Alarm _, Trigger.Tick _, Trigger.FleetEvent _ -> true;
    };
  }

  /** To a service that was not asked about, another's request is a look like any other. */
  static Trigger triggerOf(Policy policy, Trigger trigger, Instant now) {
    return includes(trigger, policy) ? trigger : new Trigger.Tick(now);
  }
}
