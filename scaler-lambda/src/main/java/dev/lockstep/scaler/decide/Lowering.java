package dev.lockstep.scaler.decide;

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
  /** The largest share of tasks or hosts that one run takes away. */
  private static final double SHARE = 0.25;

  /** A task is given up only when a little more demand would not ask for it again at once. */
  private static final double DEAD_BAND = 1.1;

  private final Draft draft;
  private final List<String> surplus;
  private final Optional<String> others;

  /**
   * The way in for one service.
   *
   * @param surplus hosts that nobody needs
   * @param others why another service of the group may not be lowered, when one may not
   */
  Lowering(Draft draft, List<String> surplus, Optional<String> others) {
    this.draft = draft;
    this.surplus = surplus;
    this.others = others;
  }

  /** What to lower now; empty when nothing is too much, or something forbids it. */
  List<Step> steps() {
    if (draft.wish().candidates().isEmpty()) {
      return List.of();
    }
    int tasks = draft.observation().service().desired();
    int enough = Math.min(tasks, enough());
    if (enough == tasks && surplus.isEmpty()) {
      return List.of();
    }
    Optional<String> frozen = frozen(draft).or(() -> surplus.isEmpty() ? Optional.empty() : others);
    if (frozen.isPresent()) {
      draft.because(
          Reason.Code.FROZEN,
          "%d tasks would do, but nothing is taken away: %s".formatted(enough, frozen.get()));
      return List.of();
    }
    List<Step> steps = new ArrayList<>();
    if (enough < tasks) {
      steps.add(new Step.LowerTasks(tasks, Math.max(enough, tasks - most(tasks))));
    }
    if (!surplus.isEmpty()) {
      steps.add(new Step.RetireHosts(surplus));
    }
    draft.because(
        Reason.Code.LOWERING,
        "%d tasks were enough for the last %d minutes, and one run takes away a quarter at most"
            .formatted(enough, draft.holdDown().toMinutes()));
    return steps;
  }

  private int enough() {
    Policy policy = draft.policy();
    RequestRate demand = draft.wish().demand();
    RequestRate rate =
        draft
            .observation()
            .demand()
            .recentPeak()
            .known()
            .filter(peak -> peak.compareTo(demand) > 0)
            .orElse(demand);
    int needed = Staffing.tasks(policy, new RequestRate(rate.perSecond() * DEAD_BAND));
    int manual = draft.floor().map(Directive.Floor::tasks).orElse(0);
    int least = Math.max(policy.tasks().min(), Math.max(manual, draft.wish().scheduled()));
    return Math.max(needed, least);
  }

  /** How many of a count one run may take away. */
  static int most(int count) {
    return Math.max(1, (int) Math.floor(count * SHARE));
  }

  /** Why nothing may be taken from a service now; none when it may. */
  static Optional<String> frozen(Draft draft) {
    Observation observation = draft.observation();
    if (observation.demand().recentPeak() instanceof Reading.Unknown<RequestRate>(String why)) {
      return Optional.of(why);
    }
    if (!observation.gaps().isEmpty()) {
      return Optional.of(observation.gaps().getFirst());
    }
    if (draft.trigger() instanceof Trigger.Alarm alarm && alarm.state() == AlarmState.ALARM) {
      return Optional.of("an alarm is in ALARM");
    }
    if (observation.service().deploying()) {
      return Optional.of("a deployment is under way");
    }
    if (observation.service().shortage() > 0) {
      return Optional.of("%d tasks do not run".formatted(observation.service().shortage()));
    }
    return latency(draft);
  }

  private static Optional<String> latency(Draft draft) {
    Duration budget = draft.policy().p95Budget();
    return switch (draft.observation().demand().p95()) {
      case Reading.Known<Duration>(Duration p95, String _) ->
          p95.compareTo(budget) > 0
              ? Optional.of(
                  "p95 is %d ms, over its budget of %d ms"
                      .formatted(p95.toMillis(), budget.toMillis()))
              : Optional.empty();
      case Reading.Unknown<Duration>(String why) ->
          draft.wish().demand().perSecond() > 0 ? Optional.of(why) : Optional.empty();
    };
  }
}
