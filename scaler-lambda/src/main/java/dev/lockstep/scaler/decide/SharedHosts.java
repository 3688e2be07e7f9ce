package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.GroupState;
import dev.lockstep.scaler.observe.LaunchTrouble;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.observe.Registration;
import dev.lockstep.scaler.observe.Resources;
import dev.lockstep.scaler.observe.ServiceState;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.policy.TaskRelease;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Sizes the hosts of one group for all services that share it, and says how many tasks of each may
 * be asked for on them.
 *
 * <pre>
 *   hosts = those there are or on the way + what first fit needs for the tasks that find no room
 * </pre>
 *
 * <p>With one service of {@code g_t} GPUs on hosts of {@code g_h} this is {@code ceil(tasks /
 * floor(g_h / g_t))}. Services are served in order of priority.
 *
 * <p>Invariants: tasks never exceed what the hosts hold, unless ECS was asked for more already;
 * they are never fewer than run or than the policy keeps; the hosts are never fewer than asked for
 * now; they never exceed their bounds, unless they did before.
 */
final class SharedHosts {
  private final List<Draft> drafts;
  private final Policy policy;
  private final Observation observation;
  private final GroupState group;
  private final Room room;

  /**
   * Hosts of one group.
   *
   * @param drafts the services that share them, in order of priority; what is decided about the
   *     hosts is added to the reasons of each
   */
  SharedHosts(List<Draft> drafts) {
    this.drafts = drafts;
    this.policy = drafts.getFirst().policy();
    this.observation = drafts.getFirst().observation();
    this.group = observation.group();
    this.room =
        new Room(
            group,
            drafts.stream().map(Draft::policy).toList(),
            Strangers.of(observation, policy.leadTime()));
  }

  /** One sizing a service, in their order; the hosts are the same in each. */
  List<Sizing> sizings() {
    int hosts = hosts();
    int[] with = fitting(counted(hosts));
    int[] without = fitting(counted(group.desired()));
    int[] registered = fitting(room.registered());
    return IntStream.range(0, drafts.size())
        .mapToObj(i -> {
          Draft draft = drafts.get(i);
          int released = asked(draft, Math.min(with[i], released(draft, registered[i])));
          return new Sizing(
              draft.wish().demand(),
              draft.wish().candidates(),
              draft.wish().tasks(),
              waiting(draft, released),
              hosts,
              Math.min(
                  released, asked(draft, Math.min(without[i], released(draft, registered[i])))));
        })
        .toList();
  }

  /** Hosts that no service needs, by name, no more than one run may take away. */
  List<String> surplus() {
    Packing packing = room.ordered(group.desired());
    for (Draft draft : drafts) {
      packing.place(missing(draft), room.each(draft.policy()));
    }
    for (Draft draft : drafts) {
      packing.place(surge(draft), room.each(draft.policy()));
    }
    Set<String> unused = new HashSet<>(packing.unused());
    int least = Math.max(policy.hosts().min(), group.bounds().min());
    return group.empty().stream()
        .filter(id -> unused.contains(id) || drained(id))
        .limit(Math.clamp(group.desired() - least, 0, Lowering.most(group.desired())))
        .toList();
  }

  private boolean drained(String instanceId) {
    return group.registration(instanceId).filter(host -> !host.accepts()).isPresent();
  }

  /** How many hosts are needed beyond those that are asked for now. */
  int more() {
    return needed() - group.desired();
  }

  private int needed() {
    Packing packing = room.ordered(group.desired());
    int more = 0;
    for (Draft draft : drafts) {
      more += packing.placeOnMore(missing(draft), room.each(draft.policy()), room.newHost());
    }
    for (Draft draft : drafts) {
      more += packing.placeOnMore(surge(draft), room.each(draft.policy()), room.newHost());
    }
    int there = Math.max(group.desired(), packing.used() - more);
    return Math.max(there + more, policy.hosts().min());
  }

  private int hosts() {
    drafts.forEach(this::explain);
    int needed = withoutUnfit(needed());
    Optional<LaunchTrouble> waiting =
        observation
            .launchTrouble()
            .filter(_ -> needed > group.desired())
            .filter(trouble -> observation.at().isBefore(trouble.waitsUntil()));
    waiting.ifPresent(this::wait);
    return waiting.isPresent() ? group.desired() : raised(needed);
  }

  /** Hosts that would most likely come without room, as the last ones did, are not ordered. */
  private int withoutUnfit(int needed) {
    int missing = needed - group.desired();
    List<Resources> each = drafts.stream().map(draft -> room.each(draft.policy())).toList();
    return UnfitHosts.among(group.known().filter(Registration::accepts).toList(), each)
        .map(unfit -> {
          int withheld = unfit.withheld(missing, observation.at(), policy.leadTime());
          if (withheld > 0) {
            because(
                Reason.Code.UNFIT_HOSTS,
                "%d hosts have no room for any task, the newest of all among them: they are made up for one at a time, the next from %s on"
                    .formatted(unfit.count(), unfit.nextAt(missing, policy.leadTime())));
          }
          return needed - withheld;
        })
        .orElse(needed);
  }

  private void explain(Draft draft) {
    Resources each = room.each(draft.policy());
    if (missing(draft) + surge(draft) > 0 && room.newHost().fit(each) == 0) {
      draft.because(
          Reason.Code.NO_FIT,
          "a task holds %s and a host offers %s: no host is ordered for it"
              .formatted(each, room.newHost()));
    }
    if (surge(draft) > 0) {
      draft.because(
          Reason.Code.DEPLOYMENT,
          "a deployment runs both revisions at once, for which %d more tasks need hosts"
              .formatted(surge(draft)));
    }
    if (!room.strangers().isEmpty()) {
      draft.because(
          Reason.Code.NOT_REGISTERED,
          "not counted on, because ECS does not know them long after they came into service: "
              + String.join(", ", room.strangers()));
    }
  }

  /** Tasks that are wanted and have no place. */
  private int missing(Draft draft) {
    return Math.max(0, draft.wish().tasks() - placed(draft));
  }

  /** While a deployment runs, both revisions need their hosts, or neither gets on. */
  private int surge(Draft draft) {
    int tasks = draft.wish().tasks();
    int atOnce =
        draft.observation().service().deploying()
            ? draft.observation().service().rollout().tasksAtOnce(tasks)
            : tasks;
    return Math.max(0, atOnce - Math.max(tasks, placed(draft)));
  }

  private int placed(Draft draft) {
    return room.placed(draft.policy().fleet().service());
  }

  private void wait(LaunchTrouble trouble) {
    because(
        Reason.Code.LAUNCHES_FAIL,
        "no more hosts are asked for until %s, because the last %d launches failed: %s"
            .formatted(trouble.waitsUntil(), trouble.failures(), trouble.message()));
  }

  private int raised(int needed) {
    int allowed = Math.min(policy.hosts().max(), group.bounds().max());
    if (needed > allowed) {
      because(
          Reason.Code.BOUND,
          "%d hosts are needed but %s allows %d"
              .formatted(
                  needed,
                  group.bounds().max() < policy.hosts().max()
                      ? "the group's MaxSize"
                      : "the policy",
                  allowed));
    }
    int reachable = group.desired() + policy.maxStepHosts();
    if (Math.min(needed, allowed) > reachable) {
      because(
          Reason.Code.STEP,
          "%d hosts are needed; one run adds at most %d"
              .formatted(Math.min(needed, allowed), policy.maxStepHosts()));
    }
    return Math.max(group.desired(), Math.min(needed, Math.min(allowed, reachable)));
  }

  /** While launches fail, only those hosts that exist are counted on. */
  private Packing counted(int hosts) {
    return observation.launchTrouble().isPresent() ? room.existing() : room.ordered(hosts);
  }

  /**
   * How many tasks of each service those hosts hold at most, the wanted ones of the first first.
   */
  private int[] fitting(Packing packing) {
    return drafts.stream()
        .mapToInt(draft -> placed(draft) + packing.place(missing(draft), room.each(draft.policy())))
        .toArray();
  }

  private int released(Draft draft, int registered) {
    return switch (draft.policy().release()) {
      case TOGETHER -> Integer.MAX_VALUE;
      case ON_REGISTRATION ->
          group.registrations().known().isPresent()
              ? registered
              : draft.observation().service().running();
    };
  }

  private int asked(Draft draft, int room) {
    return Math.max(kept(draft), Math.min(draft.wish().tasks(), room));
  }

  /**
   * The fewest that may be asked of ECS now. A task whose host has died is not left for ECS to try,
   * because it backs off and would look again long after the next host is there: it is withdrawn,
   * and asked for anew when that host registers. Nothing that runs goes with it, and it must be
   * certain that it comes back: the same demand has to ask for it again.
   */
  private int kept(Draft draft) {
    ServiceState service = draft.observation().service();
    boolean comesBack =
        !draft.wish().candidates().isEmpty() && draft.wish().needed() >= service.desired();
    boolean sure =
        draft.policy().release() == TaskRelease.ON_REGISTRATION
            && group.registrations().known().isPresent()
            && draft.observation().gaps().isEmpty()
            && !service.deploying();
    return comesBack && sure
        ? Math.min(
            service.desired(),
            Math.max(draft.policy().tasks().min(), service.running() + service.pending()))
        : service.desired();
  }

  private static int waiting(Draft draft, int released) {
    int wanted = draft.wish().tasks();
    if (draft.policy().release() == TaskRelease.ON_REGISTRATION && released < wanted) {
      draft.because(
          Reason.Code.WAITING_FOR_HOSTS,
          "%d tasks are wanted; the others follow their hosts as these register".formatted(wanted));
    }
    return released;
  }

  private void because(Reason.Code code, String sentence) {
    drafts.forEach(draft -> draft.because(code, sentence));
  }
}
