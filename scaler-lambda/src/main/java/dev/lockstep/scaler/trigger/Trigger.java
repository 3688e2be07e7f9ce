package dev.lockstep.scaler.trigger;

import java.time.Instant;
import java.util.Optional;

/** Why the brain runs now. Whatever the reason, it looks at the whole fleet before it decides. */
public sealed interface Trigger {

  /** One line for people: what fired. */
  String summary();

  /**
   * A CloudWatch alarm changed state. Alarm actions fire on the transition alone: an alarm that
   * stays in ALARM never calls twice, so the {@link Tick} finishes what an alarm began.
   */
  record Alarm(String name, AlarmState state, AlarmState previous, Instant at) implements Trigger {
    @Override
    public String summary() {
      return "alarm %s went %s -> %s".formatted(name, previous, state);
    }
  }

  /** The schedule's regular call. */
  record Tick(Instant at) implements Trigger {
    @Override
    public String summary() {
      return "tick";
    }
  }

  /**
   * ECS or Auto Scaling reported a change of the fleet.
   *
   * @param kind the event's own name, such as {@code SERVICE_TASK_PLACEMENT_FAILURE}
   * @param resource what it happened to: a service's or a host's name
   */
  record FleetEvent(String kind, String resource, Instant at) implements Trigger {
    @Override
    public String summary() {
      return "%s on %s".formatted(kind, resource);
    }
  }

  /**
   * An operator's call.
   *
   * @param service whom it is about; none means every service there is
   */
  record Manual(Request request, Optional<String> service, boolean dryRun, String reason)
      implements Trigger {
    @Override
    public String summary() {
      return "manual %s%s (%s)".formatted(request.summary(), dryRun ? ", dry run" : "", reason);
    }
  }
}
