package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.aws.SimulatedAutoScaling;
import dev.lockstep.drills.aws.SimulatedCloudWatch;
import dev.lockstep.drills.aws.SimulatedEcs;
import dev.lockstep.drills.journal.Names;
import dev.lockstep.scaler.ScalerHandler;
import dev.lockstep.scaler.observe.FleetObserver;
import dev.lockstep.scaler.observe.Look;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.observe.ParallelReads;
import dev.lockstep.scaler.policy.Estate;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.report.Decision;
import dev.lockstep.scaler.trigger.AlarmState;
import dev.lockstep.scaler.trigger.Parsed;
import dev.lockstep.scaler.trigger.PayloadParser;
import dev.lockstep.scaler.trigger.Trigger;
import java.util.List;
import java.util.function.Function;

/** The controllers that a drill can be played with. */
public final class Controllers {
  private Controllers() {}

  /**
   * The real handler, byte for byte what runs in Lambda. Its decisions become part of the story.
   */
  public static Controller lockstep(Account account, Policy policy) {
    Function<byte[], List<Decision>> brain = brain(account, policy);
    return payload -> {
      var _ = brain.apply(payload);
    };
  }

  /** The same for those who want its answer, as an operator does. */
  public static Function<byte[], List<Decision>> brain(Account account, Policy policy) {
    ScalerHandler handler =
        new ScalerHandler(
            new Estate(List.of(policy)),
            SimulatedEcs.of(account),
            SimulatedAutoScaling.of(account),
            SimulatedCloudWatch.of(account),
            account.timeline(),
            _ -> {});
    return payload -> {
      List<Decision> decisions = handler.handle(payload);
      decisions.stream()
          .filter(Controllers::worthTelling)
          .forEach(decision -> account.tell("decision", decision.line()));
      return decisions;
    };
  }

  /** A tick that found everything as it should be is no news. */
  static boolean worthTelling(Decision decision) {
    return switch (decision) {
      case Decision.Decided decided ->
          !decided.results().isEmpty() || !(decided.trigger() instanceof Trigger.Tick);
      case Decision.Blind _, Decision.Refused _ -> true;
    };
  }

  /**
   * What a first attempt looks like: on the alarm it raises the service to what demand needs, and
   * leaves hosts to whoever thinks of them. It has the same eyes and the same arithmetic as
   * Lockstep; only the second count is missing.
   */
  public static Controller naiveLambda(Account account, Policy policy) {
    FleetObserver observer =
        new FleetObserver(
            new Estate(List.of(policy)),
            SimulatedEcs.of(account),
            SimulatedAutoScaling.of(account),
            SimulatedCloudWatch.of(account),
            ParallelReads.ONE_BY_ONE);
    return payload -> {
      for (Parsed parsed : PayloadParser.parse(payload)) {
        if (parsed instanceof Parsed.Understood(Trigger.Alarm alarm)
            && alarm.state() == AlarmState.ALARM
            && observer.observe(account.timeline().instant()).getFirst().getFirst().look()
                instanceof Look.Clear(Observation seen)) {
          raiseTasks(account, policy, seen);
        }
      }
    };
  }

  private static void raiseTasks(Account account, Policy policy, Observation seen) {
    double demand =
        seen.demand()
            .panic()
            .known()
            .or(() -> seen.demand().stable().known())
            .map(rate -> rate.perSecond())
            .orElse(0.0);
    int tasks =
        Math.min(policy.tasks().max(), (int) Math.ceil(demand / policy.ratePerTask().perSecond()));
    if (tasks > seen.service().desired()) {
      account.tell(
          "decision",
          "naive: %.1f requests/s need %d tasks; raises the service and nothing else"
              .formatted(demand, tasks));
      var _ =
          SimulatedEcs.of(account)
              .updateService(request ->
                  request.cluster(Names.CLUSTER).service(Names.SERVICE).desiredCount(tasks));
    }
  }
}
