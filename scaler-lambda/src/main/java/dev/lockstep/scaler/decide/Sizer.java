package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Directive;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.observe.Reading;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.policy.RequestRate;
import dev.lockstep.scaler.policy.Schedule;
import dev.lockstep.scaler.policy.Spare;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sizes one service's tasks from its demand, see {@link Staffing}.
 *
 * <p>Invariants: never fewer than are asked of ECS now; never beyond the policy's bounds, unless
 * they were before.
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

  Wish wish(Optional<Directive.Floor> floor) {
    Schedule.Due due = policy.schedule().due(observation.at(), policy.leadTime());
    List<Candidate> candidates =
        Stream.concat(
                DemandEstimate.candidates(policy, observation).stream(), scheduled(due).stream())
            .toList();
    Optional<Candidate> demand = DemandEstimate.largest(candidates);
    int needed = clamped(floored(scheduled(ordered(tasksFor(demand)), due), floor));
    return new Wish(
        demand.map(Candidate::rate).orElse(RequestRate.ZERO),
        candidates,
        needed,
        kept(needed),
        due.tasks());
  }

  private static Optional<Candidate> scheduled(Schedule.Due due) {
    return due.rate().equals(RequestRate.ZERO)
        ? Optional.empty()
        : Optional.of(
            new Candidate(Candidate.Name.SCHEDULE, due.rate(), "the schedule " + said(due)));
  }

  private int scheduled(int tasks, Schedule.Due due) {
    if (due.tasks() > tasks) {
      because(
          Reason.Code.SCHEDULE,
          "the schedule keeps at least %d tasks (%s)".formatted(due.tasks(), said(due)));
    }
    return Math.max(tasks, due.tasks());
  }

  private static String said(Schedule.Due due) {
    return String.join("; ", due.windows());
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

  /** What is asked for already is provided for; {@link Lowering} alone takes away. */
  private int kept(int tasks) {
    int asked = observation.service().desired();
    if (asked > tasks) {
      because(Reason.Code.KEPT, "%d tasks are asked of ECS and kept".formatted(asked));
    }
    return Math.max(asked, tasks);
  }

  private void because(Reason.Code code, String sentence) {
    reasons.add(new Reason(code, sentence));
  }
}
