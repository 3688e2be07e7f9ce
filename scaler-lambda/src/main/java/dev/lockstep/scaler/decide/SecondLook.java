package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Registration;
import dev.lockstep.scaler.observe.ServiceState;
import dev.lockstep.scaler.policy.TaskRelease;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tasks of the minimum are never taken out of ECS's desired count, also when their hosts have died.
 * ECS tries them in vain, backs off, and would leave the next host empty for up to a minute after a
 * boot of four. A desired count that changes is tried at once, so it is changed and changed back.
 *
 * <p>Only for a host that has just registered: from tasks that crash on hosts which have been there
 * for long, ECS backs off for a reason.
 */
final class SecondLook {
  /** ECS needs some seconds by itself; a tick comes each minute. */
  private static final Duration JUST = Duration.ofMinutes(2);

  private SecondLook() {}

  static Optional<Step> at(Draft draft) {
    ServiceState service = draft.observation().service();
    int placed = service.running() + service.pending();
    boolean forgotten =
        draft.policy().release() == TaskRelease.ON_REGISTRATION
            && !service.deploying()
            && placed < service.desired()
            && emptyHostHasJustRegistered(draft);
    if (!forgotten) {
      return Optional.empty();
    }
    draft.because(
        Reason.Code.ASKED_AGAIN,
        "%d of %d tasks have no place although a new host stands empty"
            .formatted(service.desired() - placed, service.desired()));
    return Optional.of(new Step.AskAgain(placed, service.desired()));
  }

  private static boolean emptyHostHasJustRegistered(Draft draft) {
    Instant since = draft.observation().at().minus(JUST);
    return draft
        .observation()
        .group()
        .known()
        .filter(Registration::accepts)
        .filter(Registration::empty)
        .anyMatch(host -> host.registeredAt().isAfter(since));
  }
}
