package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Demand;
import dev.lockstep.scaler.observe.Directive;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.observe.Reading;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.policy.RequestRate;
import dev.lockstep.scaler.trigger.AlarmState;
import dev.lockstep.scaler.trigger.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way in. Tasks go first, down to what the busiest recent minute needed; hosts follow in later
 * runs, once they hold no task, by name. At most a quarter goes in one run, and nothing while
 * anything is unknown or unwell: a fleet that is too large for ten minutes costs less than one that
 * is too small for one.
 */
final class Lowering {
  /** The largest share of either count that one run takes away. */
  private static final double SHARE = 0.25;

  /** A task is given up only when a little more demand would not ask for it again at once. */
  private static final double DEAD_BAND = 1.1;

  private final Policy policy;
  private final Observation observation;
  private final List<Reason> reasons;

  Lowering(Policy policy, Observation observation, List<Reason> reasons) {
    this.policy = policy;
    this.observation = observation;
    this.reasons = reasons;
  }

  /** What to lower now; empty when nothing is too much, or something forbids it. */
  List<Step> steps(Sizing sizing, Optional<Directive.Floor> floor, Trigger trigger) {
    if (sizing.candidates().isEmpty()) {
      return List.of();
    }
    int tasks = observation.service().desired();
    int enough = Math.min(tasks, enough(sizing, floor));
    List<String> surplus = surplusHosts();
    if (enough == tasks && surplus.isEmpty()) {
      return List.of();
    }
    Optional<String> frozen = frozen(sizing, trigger);
    if (frozen.isPresent()) {
      reasons.add(
          new Reason(
              Reason.Code.FROZEN,
              "%d tasks would do, but nothing is taken away: %s".formatted(enough, frozen.get())));
      return List.of();
    }
    List<Step> steps = new ArrayList<>();
    if (enough < tasks) {
      steps.add(new Step.LowerTasks(tasks, Math.max(enough, tasks - most(tasks))));
    }
    if (!surplus.isEmpty()) {
      steps.add(new Step.RetireHosts(surplus));
    }
    reasons.add(
        new Reason(
            Reason.Code.LOWERING,
            "%d tasks were enough for the last %d minutes, and one run takes away a quarter at most"
                .formatted(enough, Demand.holdDown(policy.leadTime()).toMinutes())));
    return steps;
  }

  private int enough(Sizing sizing, Optional<Directive.Floor> floor) {
    RequestRate rate =
        observation
            .demand()
            .recentPeak()
            .known()
            .filter(peak -> peak.compareTo(sizing.demand()) > 0)
            .orElse(sizing.demand());
    int needed = Staffing.tasks(policy, new RequestRate(rate.perSecond() * DEAD_BAND));
    int least = Math.max(policy.tasks().min(), floor.map(Directive.Floor::tasks).orElse(0));
    return Math.max(needed, least);
  }

  /** Empty hosts beyond what the tasks that are asked for now need. */
  private List<String> surplusHosts() {
    int needed =
        Math.max(
            policy.gpus().hostsFor(observation.service().desired()),
            Math.max(policy.hosts().min(), observation.group().bounds().min()));
    int surplus = observation.group().desired() - needed;
    return surplus <= 0
        ? List.of()
        : observation.group().empty().stream()
            .limit(Math.min(surplus, most(observation.group().desired())))
            .toList();
  }

  private static int most(int count) {
    return Math.max(1, (int) Math.floor(count * SHARE));
  }

  private Optional<String> frozen(Sizing sizing, Trigger trigger) {
    if (observation.demand().recentPeak() instanceof Reading.Unknown<RequestRate>(String why)) {
      return Optional.of(why);
    }
    if (!observation.gaps().isEmpty()) {
      return Optional.of(observation.gaps().getFirst());
    }
    if (trigger instanceof Trigger.Alarm alarm && alarm.state() == AlarmState.ALARM) {
      return Optional.of("an alarm is in ALARM");
    }
    if (observation.service().deploying()) {
      return Optional.of("a deployment is under way");
    }
    if (observation.service().shortage() > 0) {
      return Optional.of("%d tasks do not run".formatted(observation.service().shortage()));
    }
    return latency(sizing);
  }

  private Optional<String> latency(Sizing sizing) {
    return switch (observation.demand().p95()) {
      case Reading.Known<Duration>(Duration p95, String _) ->
          p95.compareTo(policy.p95Budget()) > 0
              ? Optional.of(
                  "p95 is %d ms, over its budget of %d ms"
                      .formatted(p95.toMillis(), policy.p95Budget().toMillis()))
              : Optional.empty();
      case Reading.Unknown<Duration>(String why) ->
          sizing.demand().perSecond() > 0 ? Optional.of(why) : Optional.empty();
    };
  }
}
