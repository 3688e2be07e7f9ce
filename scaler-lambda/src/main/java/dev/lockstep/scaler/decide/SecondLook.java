package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Registration;
import dev.lockstep.scaler.observe.Rollout;
import dev.lockstep.scaler.observe.ServiceState;
import dev.lockstep.scaler.policy.TaskRelease;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * ECS backs off from tasks that it could not place or start, and goes on waiting when there is room
 * for them or when what was wrong with them is gone. A desired count that changes is tried at once,
 * so it is changed and changed back. ECS has no reason left to wait when:
 *
 * <ol>
 *   <li>An empty host has just registered. Tasks of the minimum are never taken out of the desired
 *       count, also when their hosts have died; ECS tried them in vain while the next one booted.
 *   <li>A deployment has just been taken back. ECS backed off from tasks of a revision that never
 *       ran; those that are missing now are of the one that served before.
 *   <li>An empty host came after ECS last looked in vain, however long ago that is: nobody was
 *       there to make it look again, as under a hold or beside a second controller.
 * </ol>
 *
 * <p>Only for two minutes after either of the first two, and for as long as ECS may take to look by
 * itself after the third: from tasks that go on crashing on hosts which have been there for long,
 * ECS backs off for a reason. While both revisions run, only where no task that serves may be ended
 * for a lower count.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html">Service
 *     throttle logic</a>
 */
final class SecondLook {
  /** ECS needs some seconds by itself; a tick comes each minute. */
  private static final Duration JUST = Duration.ofMinutes(2);

  /** After that ECS has looked by itself: the longest that it backs off. */
  private static final Duration LONGEST = Duration.ofMinutes(27);

  private static final int ALL_PERCENT = 100;

  private SecondLook() {}

  static Optional<Step> at(Draft draft) {
    ServiceState service = draft.observation().service();
    int placed = service.running() + service.pending();
    boolean forgotten =
        draft.policy().release() == TaskRelease.ON_REGISTRATION
            && placed < service.desired()
            && nothingServingEnds(service);
    return forgotten
        ? whyNow(draft).map(why -> again(draft, placed, service.desired(), why))
        : Optional.empty();
  }

  private static Step again(Draft draft, int placed, int desired, String why) {
    draft.because(
        Reason.Code.ASKED_AGAIN,
        "%d of %d tasks have no place although %s".formatted(desired - placed, desired, why));
    return new Step.AskAgain(placed, desired);
  }

  /**
   * A count of as many as have a place ends none of them, except while a deployment may take some
   * of the old ones away: so many per cent of a lower count are fewer.
   */
  private static boolean nothingServingEnds(ServiceState service) {
    if (!service.deploying()) {
      return true;
    }
    return service.rollingBack()
        && switch (service.rollout()) {
          case Rollout.Rolling rolling -> rolling.minimumHealthyPercent() >= ALL_PERCENT;
          case Rollout.BlueGreen _ -> false;
        };
  }

  private static Optional<String> whyNow(Draft draft) {
    Instant since = draft.observation().at().minus(JUST);
    if (waiting(draft).anyMatch(host -> host.registeredAt().isAfter(since))) {
      return Optional.of("a new host stands empty");
    }
    boolean justBegun =
        draft.observation().service().begunAt().filter(begun -> begun.isAfter(since)).isPresent();
    if (justBegun && waiting(draft).findAny().isPresent()) {
      return Optional.of("a host stands empty and what ECS backed off from is no longer deployed");
    }
    return notLookedAt(draft)
        ? Optional.of("a host stands empty that came after ECS last looked for one")
        : Optional.empty();
  }

  /** Had ECS looked since, it would have started a task there, and would say so. */
  private static boolean notLookedAt(Draft draft) {
    Instant longAgo = draft.observation().at().minus(LONGEST);
    return draft
        .observation()
        .service()
        .withoutRoomAt()
        .filter(looked ->
            waiting(draft)
                .map(Registration::registeredAt)
                .anyMatch(came -> came.isAfter(looked) && came.isAfter(longAgo)))
        .isPresent();
  }

  /** Hosts that stand empty and have a task's GPUs. */
  private static Stream<Registration> waiting(Draft draft) {
    return draft
        .observation()
        .group()
        .known()
        .filter(Registration::accepts)
        .filter(Registration::empty)
        .filter(host -> host.offered().gpus() >= draft.policy().gpus().perTask());
  }
}
