package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.trigger.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The decision: a pure function of what the operator wants, what was seen and why we were called.
 * It reads no clock, does no I/O, draws no random number and keeps nothing, so the same picture
 * always gives the same plan.
 *
 * <ol>
 *   <li>An operator's request changes what is remembered, and each service's tasks are sized from
 *       its demand, floor and bounds, by what its hosts and tasks have shown of themselves.
 *   <li>The hosts are sized for all services that share them.
 *   <li>Unless a hold or a second controller forbids it or the operator only looks, the counts that
 *       are too low are raised: hosts first, tasks second. Tasks that have lost their host are
 *       withdrawn until there is one, or asked for again once there is. When nothing of that is to
 *       do, what has been too much for a while is taken away: tasks first, then hosts that hold
 *       none.
 * </ol>
 *
 * What triggered the run does not change the sizes: an alarm says that it is time to look, not what
 * is there to be seen. So a repeated, late or lost trigger does no harm.
 */
public final class Planner {
  private Planner() {}

  /** The plan of a service that has its group to itself. */
  public static Plan plan(Policy policy, Observation observation, Trigger trigger) {
    return plan(List.of(new Member(policy, observation, trigger))).getFirst();
  }

  /**
   * The plans of the services that share one group, each complete in itself: whose tasks need more
   * hosts carries the step that orders them, which is safe to repeat.
   *
   * @param sharing in order of priority
   */
  public static List<Plan> plan(List<Member> sharing) {
    if (sharing.isEmpty()) {
      return List.of();
    }

    // 1. What each service should have.
    List<Draft> cold = sharing.stream().map(Draft::of).toList();
    int more = new SharedHosts(cold).more();
    List<Draft> drafts = cold.stream().map(draft -> draft.forNext(more)).toList();

    // 2. What its hosts should be.
    SharedHosts hosts = new SharedHosts(drafts);
    List<Sizing> sizings = hosts.sizings();

    // 3. What to do about it.
    List<String> surplus = surplus(hosts, drafts, sizings);
    return IntStream.range(0, drafts.size())
        .mapToObj(i -> {
          List<String> retired = i == 0 ? surplus : List.of();
          return planned(drafts.get(i), sizings.get(i), i == 0, retired, othersFrozen(drafts, i));
        })
        .toList();
  }

  private static Plan planned(
      Draft draft, Sizing sizing, boolean first, List<String> surplus, Optional<String> others) {
    Optional<Reason> standStill = draft.standStill();
    if (standStill.isPresent()) {
      draft.reasons().add(standStill.get());
      return draft.plan(sizing);
    }
    List<Step> changes = new ArrayList<>(rises(draft, sizing, first));
    withdrawal(draft, sizing).ifPresent(changes::add);
    if (changes.stream().allMatch(Step.RaiseHosts.class::isInstance)) {
      SecondLook.at(draft).ifPresent(changes::add);
    }
    if (changes.isEmpty()) {
      changes = new Lowering(draft, surplus, others).steps();
    }
    draft.add(changes);
    boolean frozen = draft.reasons().stream().anyMatch(why -> why.code() == Reason.Code.FROZEN);
    if (changes.isEmpty() && !frozen) {
      draft.because(
          Reason.Code.IN_STEP,
          "%d tasks on %d hosts are asked for, as they should be"
              .formatted(sizing.tasks(), sizing.hosts()));
    }
    return draft.plan(sizing);
  }

  /**
   * The first service raises the hosts whatever they are for, any other those for its own tasks.
   */
  private static List<Step> rises(Draft draft, Sizing sizing, boolean first) {
    int hosts = draft.observation().group().desired();
    int tasks = draft.observation().service().desired();
    boolean more = sizing.tasks() > tasks;
    List<Step> rises = new ArrayList<>();
    if (sizing.hosts() > hosts && (first || more)) {
      rises.add(new Step.RaiseHosts(hosts, sizing.hosts()));
    }
    if (more) {
      rises.add(new Step.RaiseTasks(tasks, sizing.tasks(), sizing.tasksWithoutNewHosts()));
    }
    return rises;
  }

  private static Optional<Step> withdrawal(Draft draft, Sizing sizing) {
    int asked = draft.observation().service().desired();
    if (sizing.tasks() >= asked) {
      return Optional.empty();
    }
    draft.because(
        Reason.Code.WITHDRAWN,
        "%d of %d tasks have no host and are not left for ECS to back off from"
            .formatted(asked - sizing.tasks(), asked));
    return Optional.of(new Step.WithdrawTasks(asked, sizing.tasks()));
  }

  /** No host is given back while any of the services may be about to need it. */
  private static List<String> surplus(SharedHosts hosts, List<Draft> drafts, List<Sizing> sizings) {
    boolean quiet =
        drafts.stream().allMatch(draft -> draft.standStill().isEmpty())
            && IntStream.range(0, drafts.size())
                .allMatch(i -> rises(drafts.get(i), sizings.get(i), i == 0).isEmpty());
    return quiet ? hosts.surplus() : List.of();
  }

  private static Optional<String> othersFrozen(List<Draft> drafts, int self) {
    return IntStream.range(0, drafts.size())
        .filter(i -> i != self)
        .mapToObj(i -> Lowering.frozen(drafts.get(i)))
        .flatMap(Optional::stream)
        .findFirst();
  }
}
