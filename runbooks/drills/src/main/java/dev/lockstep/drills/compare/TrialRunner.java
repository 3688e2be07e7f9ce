package dev.lockstep.drills.compare;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.compare.Contender.Staging;
import dev.lockstep.drills.control.DemandGauge;
import dev.lockstep.drills.control.Stage;
import dev.lockstep.drills.drill.Recovery;
import dev.lockstep.drills.drill.Simulation;
import dev.lockstep.drills.drill.Waiting;
import dev.lockstep.drills.rules.Clairvoyant;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.traffic.FleetTraffic;
import dev.lockstep.drills.traffic.LoadBalancing;
import dev.lockstep.drills.traffic.Tally;
import dev.lockstep.drills.traffic.Totals;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Plays trials. The same trial always ends the same. */
public final class TrialRunner {
  private static final double P95 = 95;
  private static final long MICROS_A_SECOND = 1_000_000;
  private static final int PERIOD_SECONDS = 10;

  private TrialRunner() {}

  /** Plays a trial for its result. */
  public static TrialResult run(Trial trial) {
    return run(trial, Optional.empty());
  }

  /** Plays a trial for its picture. */
  public static Recording record(Trial trial) {
    Recording recording = new Recording();
    run(trial, Optional.of(recording));
    return recording;
  }

  private static TrialResult run(Trial trial, Optional<Recording> recording) {
    return switch (trial.setting().staging()) {
      case Staging.InAccount inAccount -> play(trial, inAccount, recording);
      case Staging.Scheduled scheduled -> play(trial, scheduled, recording);
    };
  }

  private static TrialResult play(
      Trial trial, Staging.InAccount staging, Optional<Recording> recording) {
    Experiment experiment = trial.experiment();
    AccountSettings settings = staging.account().apply(experiment.account());
    AccountRecorder recorder = new AccountRecorder(recording);
    Simulation simulation =
        new Simulation(
            settings,
            experiment.gpu(),
            trial.requests(),
            new Chance(trial.seed()),
            experiment.finePublished(),
            recorder::changed,
            recorder::periodOver);
    Account account = simulation.account();
    recorder.watch(account);
    staging
        .policy()
        .accept(
            new Stage(
                account,
                new DemandGauge(trial.requests(), account.timeline(), Simulation.START),
                experiment.bounds(),
                settings.lead()));
    simulation.run();
    return result(simulation);
  }

  private static TrialResult result(Simulation simulation) {
    Account account = simulation.account();
    Totals totals = simulation.meter().totals();
    return new TrialResult(
        totals.sent(),
        totals.served(),
        totals.late(Experiment.BUDGET),
        totals.refused(),
        totals.failed(),
        simulation.capacity().waiting(),
        simulation.capacity().hostHours(),
        account.group().changesOfDesired() + account.service().changesOfDesired(),
        simulation.capacity().longestOver(Experiment.BUDGET),
        totals.latencies().percentile(P95).orElse(0));
  }

  /** A fleet that is known second by second needs no account, only the load balancer. */
  private static TrialResult play(
      Trial trial, Staging.Scheduled staging, Optional<Recording> recording) {
    Experiment experiment = trial.experiment();
    Needs needs = new Needs(trial.requests(), experiment.bounds().min());
    Clairvoyant.Schedule schedule =
        staging
            .planner()
            .plan(
                needs,
                Math.toIntExact(experiment.lead().median().toSeconds()),
                experiment.initial());
    FleetTraffic traffic =
        new FleetTraffic(trial.requests(), experiment.gpu(), LoadBalancing.OF_THE_MODULE);
    Deque<Integer> routed = new ArrayDeque<>();
    Deque<Integer> resting = new ArrayDeque<>();
    ScheduleRecorder recorder = new ScheduleRecorder(recording, schedule);
    Recovery recovery = new Recovery(Experiment.BUDGET);
    for (int second = 0; second < schedule.seconds(); second++) {
      follow(traffic, schedule.readyAt(second), routed, resting);
      traffic.advanceTo((second + 1L) * MICROS_A_SECOND);
      if ((second + 1) % PERIOD_SECONDS == 0) {
        Tally period = traffic.take();
        recovery.periodOver(period.latencies().percentile(P95));
        recorder.periodOver(second, period);
      }
    }
    traffic.take();
    Totals totals = Totals.of(traffic.total());
    return new TrialResult(
        totals.sent(),
        totals.served(),
        totals.late(Experiment.BUDGET),
        totals.refused(),
        totals.failed(),
        Waiting.NONE,
        schedule.hostHours(),
        schedule.changes(),
        recovery.longest(),
        totals.latencies().percentile(P95).orElse(0));
  }

  private static void follow(
      FleetTraffic traffic, int wanted, Deque<Integer> routed, Deque<Integer> resting) {
    while (routed.size() < wanted) {
      int task = resting.isEmpty() ? traffic.add() : resting.pop();
      traffic.route(task);
      routed.push(task);
    }
    while (routed.size() > wanted) {
      int task = routed.pop();
      traffic.unroute(task);
      resting.push(task);
    }
  }
}
