package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Directive;
import dev.lockstep.scaler.observe.GroupState;
import dev.lockstep.scaler.observe.LaunchTrouble;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.observe.Reading;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.policy.RequestRate;
import dev.lockstep.scaler.policy.Spare;
import dev.lockstep.scaler.policy.TaskRelease;
import java.util.List;
import java.util.Optional;

/**
 * Sizes tasks from demand and hosts from tasks.
 *
 * <pre>
 *   tasks = see {@link Staffing}
 *   fit   = floor(g_h / g_t)            tasks a host holds
 *   hosts = ceil(tasks / fit)
 * </pre>
 *
 * <p>Invariants: tasks never exceed {@code fit x hosts}, unless ECS was asked for more already;
 * neither count is ever below what is asked for now; neither exceeds its bounds, unless it did
 * before.
 */
final class Sizer {
  private final Policy policy;
  private final Observation observation;
  private final List<Reason> reasons;

  /**
   * Sizes one picture.
   *
   * @param reasons is added to, in the order in which things were decided
   */
  Sizer(Policy policy, Observation observation, List<Reason> reasons) {
    this.policy = policy;
    this.observation = observation;
    this.reasons = reasons;
  }

  Sizing size(Optional<Directive.Floor> floor) {
    List<Candidate> candidates = DemandEstimate.candidates(policy, observation);
    Optional<Candidate> demand = DemandEstimate.largest(candidates);
    int wanted = kept(clamped(floored(ordered(tasksFor(demand)), floor)));
    int hosts = hosts(wanted);
    return new Sizing(
        demand.map(Candidate::rate).orElse(RequestRate.ZERO),
        candidates,
        released(wanted, hosts),
        hosts,
        asked(wanted, observation.group().desired()));
  }

  private int tasksFor(Optional<Candidate> demand) {
    return demand.map(this::tasksFor).orElseGet(this::tasksForUnknown);
  }

  private int tasksFor(Candidate demand) {
    int tasks = Staffing.tasks(policy, demand.rate());
    because(
        Reason.Code.DEMAND,
        "%s (%s) at %s a task need %d tasks%s"
            .formatted(
                demand.rate(), demand.source(), policy.ratePerTask(), tasks, spareIncluded()));
    return tasks;
  }

  private String spareIncluded() {
    return policy.spare().equals(Spare.NONE) ? "" : ", spare included: " + policy.spare().label();
  }

  private int tasksForUnknown() {
    String why =
        switch (observation.demand().stable()) {
          case Reading.Unknown<RequestRate>(String unknown) -> unknown;
          case Reading.Known<RequestRate> _ ->
              throw new IllegalStateException("a known demand is a candidate");
        };
    because(
        Reason.Code.DEMAND_UNKNOWN, "demand is unknown, so no count follows it: %s".formatted(why));
    return observation.service().desired();
  }

  /**
   * Hosts that were ordered get the tasks they were ordered for, also when demand has eased before
   * they came: what was a reason to add is a reason to keep. No host is ordered for it anew.
   */
  private int ordered(int tasks) {
    int room = policy.gpus().tasksPerHost() * observation.group().desired();
    int lately = Math.min(room, Staffing.tasks(policy, observation.demand().peakKnown()));
    if (lately > Math.max(tasks, observation.service().desired())) {
      because(
          Reason.Code.KEPT,
          "%d tasks were needed a while ago and get the hosts that were ordered for them"
              .formatted(lately));
    }
    return Math.max(tasks, lately);
  }

  private int floored(int tasks, Optional<Directive.Floor> floor) {
    int least = floor.map(Directive.Floor::tasks).orElse(0);
    if (least > tasks) {
      because(Reason.Code.MANUAL_FLOOR, "an operator asked for at least %d tasks".formatted(least));
    }
    return Math.max(tasks, least);
  }

  private int clamped(int tasks) {
    if (tasks > policy.tasks().max()) {
      because(
          Reason.Code.BOUND,
          "%d tasks are wanted but the policy allows %d".formatted(tasks, policy.tasks().max()));
    } else if (tasks < policy.tasks().min()) {
      because(
          Reason.Code.BOUND, "the policy keeps at least %d tasks".formatted(policy.tasks().min()));
    }
    return Math.clamp(tasks, policy.tasks().min(), policy.tasks().max());
  }

  /** Tasks that are asked for already are provided for; this version never lowers a count. */
  private int kept(int tasks) {
    int asked = observation.service().desired();
    if (asked > tasks) {
      because(Reason.Code.KEPT, "%d tasks are asked of ECS and kept".formatted(asked));
    }
    return Math.max(asked, tasks);
  }

  private int hosts(int tasks) {
    GroupState group = observation.group();
    int needed = Math.max(policy.gpus().hostsFor(tasksAtOnce(tasks)), policy.hosts().min());
    Optional<LaunchTrouble> waiting =
        observation
            .launchTrouble()
            .filter(_ -> needed > group.desired())
            .filter(trouble -> observation.at().isBefore(trouble.waitsUntil()));
    waiting.ifPresent(this::wait);
    return waiting.isPresent() ? group.desired() : raised(group, needed);
  }

  /** While a deployment runs, both revisions need their hosts, or neither gets on. */
  private int tasksAtOnce(int tasks) {
    int atOnce =
        observation.service().deploying()
            ? observation.service().rollout().tasksAtOnce(tasks)
            : tasks;
    if (atOnce > tasks) {
      because(
          Reason.Code.DEPLOYMENT,
          "a deployment runs up to %d tasks of both revisions at once".formatted(atOnce));
    }
    return atOnce;
  }

  private void wait(LaunchTrouble trouble) {
    because(
        Reason.Code.LAUNCHES_FAIL,
        "no more hosts are asked for until %s, because the last %d launches failed: %s"
            .formatted(trouble.waitsUntil(), trouble.failures(), trouble.message()));
  }

  private int raised(GroupState group, int needed) {
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

  private int released(int wanted, int hosts) {
    int released = asked(wanted, hosts);
    if (policy.release() == TaskRelease.ON_REGISTRATION && released < wanted) {
      because(
          Reason.Code.WAITING_FOR_HOSTS,
          "%d tasks are wanted; the others follow their hosts as these register".formatted(wanted));
    }
    return released;
  }

  /**
   * What is asked of ECS when so many hosts are in service or on the way. While launches fail, only
   * those that exist are counted on.
   */
  private int asked(int wanted, int hosts) {
    int counted =
        observation.launchTrouble().isPresent()
            ? Math.min(hosts, observation.group().existing())
            : hosts;
    int together = policy.gpus().tasksPerHost() * counted;
    int room =
        switch (policy.release()) {
          case TOGETHER -> together;
          case ON_REGISTRATION -> Math.min(together, registered());
        };
    return Math.max(observation.service().desired(), Math.min(wanted, room));
  }

  private int registered() {
    return switch (observation.group().registered()) {
      case Reading.Known<Integer>(Integer hosts, String _) -> policy.gpus().tasksPerHost() * hosts;
      case Reading.Unknown<Integer> _ -> observation.service().running();
    };
  }

  private void because(Reason.Code code, String sentence) {
    reasons.add(new Reason(code, sentence));
  }
}
