package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Directive;
import dev.lockstep.scaler.observe.Directives;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.trigger.Request;
import dev.lockstep.scaler.trigger.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The decision: a pure function of what the operator wants, what was seen and why we were called.
 * It reads no clock, does no I/O, draws no random number and keeps nothing, so the same picture
 * always gives the same plan.
 *
 * <ol>
 *   <li>An operator's request changes what is remembered.
 *   <li>Both counts are sized from demand, floor and bounds.
 *   <li>Unless a hold or a second controller forbids it or the operator only looks, the counts that
 *       are too low are raised: hosts first, tasks second. When none is, what has been too much for
 *       a while is taken away: tasks first, then hosts that hold none.
 * </ol>
 *
 * What triggered the run does not change the sizes: an alarm says that it is time to look, not what
 * is there to be seen. So a repeated, late or lost trigger does no harm.
 */
public final class Planner {
  private Planner() {}

  public static Plan plan(Policy policy, Observation observation, Trigger trigger) {
    Optional<Request> request = requestOf(trigger);
    List<Step> steps = new ArrayList<>();
    List<Reason> reasons = new ArrayList<>();

    // 1. What is remembered.
    Directives before = observation.directives().at(observation.at());
    Directives directives = request.map(asked -> after(asked, before, observation)).orElse(before);
    request.ifPresent(asked -> memoryStep(asked, observation).ifPresent(steps::add));

    // 2. What the counts should be.
    Sizing sizing = new Sizer(policy, observation, reasons).size(directives.floor());

    // 3. What to do about it.
    Optional<Reason> standStill = standStill(request, directives, observation);
    standStill.ifPresentOrElse(
        reasons::add,
        () -> {
          List<Step> changes = rises(observation, sizing);
          if (changes.isEmpty()) {
            changes =
                new Lowering(policy, observation, reasons)
                    .steps(sizing, directives.floor(), trigger);
          }
          steps.addAll(changes);
          boolean frozen = reasons.stream().anyMatch(reason -> reason.code() == Reason.Code.FROZEN);
          if (changes.isEmpty() && !frozen) {
            reasons.add(inStep(sizing));
          }
        });
    return new Plan(sizing, steps, reasons, policy.dryRun() || dryRunAsked(trigger));
  }

  private static Optional<Request> requestOf(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Manual manual -> Optional.of(manual.request());
      case Trigger.Alarm _, Trigger.Tick _, Trigger.FleetEvent _ -> Optional.empty();
    };
  }

  private static boolean dryRunAsked(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Manual manual -> manual.dryRun();
      case Trigger.Alarm _, Trigger.Tick _, Trigger.FleetEvent _ -> false;
    };
  }

  private static Directives after(Request request, Directives before, Observation observation) {
    return switch (request) {
      case Request.Observe _, Request.Reconcile _ -> before;
      case Request.Scale scale ->
          new Directives(Optional.of(floor(scale, observation)), before.hold());
      case Request.Hold hold ->
          new Directives(before.floor(), Optional.of(hold(hold, observation)));
      case Request.Release _ -> Directives.NONE;
    };
  }

  private static Optional<Step> memoryStep(Request request, Observation observation) {
    return switch (request) {
      case Request.Observe _, Request.Reconcile _ -> Optional.empty();
      case Request.Scale scale -> Optional.of(new Step.Remember(floor(scale, observation)));
      case Request.Hold hold -> Optional.of(new Step.Remember(hold(hold, observation)));
      case Request.Release _ -> Optional.of(new Step.Forget());
    };
  }

  private static Directive.Floor floor(Request.Scale scale, Observation observation) {
    return new Directive.Floor(scale.tasks(), observation.at().plus(scale.timeToLive()));
  }

  private static Directive.Hold hold(Request.Hold hold, Observation observation) {
    return new Directive.Hold(observation.at().plus(hold.timeToLive()));
  }

  private static Optional<Reason> standStill(
      Optional<Request> request, Directives directives, Observation observation) {
    if (request.filter(Request.Observe.class::isInstance).isPresent()) {
      return Optional.of(
          new Reason(
              Reason.Code.OBSERVE_ONLY, "the operator asked to look, so nothing is changed"));
    }
    if (!observation.rivals().isEmpty()) {
      return Optional.of(
          new Reason(
              Reason.Code.SECOND_CONTROLLER,
              "nothing is changed while there is a second controller: "
                  + String.join("; ", observation.rivals())));
    }
    return directives
        .hold()
        .map(hold ->
            new Reason(
                Reason.Code.HELD,
                "an operator holds every count until %s; release ends it".formatted(hold.until())));
  }

  private static List<Step> rises(Observation observation, Sizing sizing) {
    int hosts = observation.group().desired();
    int tasks = observation.service().desired();
    List<Step> rises = new ArrayList<>();
    if (sizing.hosts() > hosts) {
      rises.add(new Step.RaiseHosts(hosts, sizing.hosts()));
    }
    if (sizing.tasks() > tasks) {
      rises.add(new Step.RaiseTasks(tasks, sizing.tasks(), sizing.tasksWithoutNewHosts()));
    }
    return rises;
  }

  private static Reason inStep(Sizing sizing) {
    return new Reason(
        Reason.Code.IN_STEP,
        "%d tasks on %d hosts are asked for, as they should be"
            .formatted(sizing.tasks(), sizing.hosts()));
  }
}
