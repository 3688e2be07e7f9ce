package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.control.Controller;
import dev.lockstep.drills.control.Controllers;
import dev.lockstep.drills.control.LockstepWiring;
import dev.lockstep.drills.ecs.TaskService;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.traffic.RequestTimes;
import dev.lockstep.drills.traffic.Tally;
import dev.lockstep.drills.traffic.Totals;
import dev.lockstep.drills.traffic.TrafficMeter;
import dev.lockstep.scaler.report.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Plays the real handler through a surge and an ebb with a fault, and keeps what it did. */
final class FaultedRun {
  /** Far above the five that the peak needs, so that nothing but the brain keeps a count low. */
  static final int MOST = 20;

  static final int FEWEST = 2;

  static final Duration LEAD = Duration.ofMinutes(4);

  /** How things stood after ten seconds. */
  record Period(
      Duration end, int tasksAsked, int hostsAsked, int tasksServing, double violationPercent) {}

  /** Something that the brain, and nobody else, took away. */
  record Taken(Duration at, String what, int left, int tasksOnIt) {}

  private static final Duration TICK = Duration.ofMinutes(1);
  private static final Duration BUDGET = Duration.ofMillis(250);

  private final List<Period> periods = new ArrayList<>();
  private final List<Taken> taken = new ArrayList<>();
  private final List<String> story = new ArrayList<>();
  private final Simulation simulation;
  private final WhoseWait waiting = new WhoseWait();
  private boolean acting;

  /**
   * Plays it.
   *
   * @param deployment {@code rolling} or {@code blue-green}
   * @param faults entries of a scenario file's list
   */
  FaultedRun(String deployment, String... faults) {
    Scenario parsed =
        ScenarioFile.parse(
            """
            name: under-fault
            about: a surge and an ebb
            lead: %d
            maxHosts: %d
            deployment: %s
            demand: {before: 12, after: 12, at: 0, seconds: 60}
            faults: [%s]
            """
                .formatted(LEAD.toSeconds(), MOST, deployment, String.join(", ", faults)));
    Scenario scenario = withRoom(parsed.withDemand(new SurgeAndEbb()));
    this.simulation =
        new Simulation(
            scenario.account(),
            scenario.gpu(),
            RequestTimes.draw(scenario.demand(), scenario.seed()),
            new Chance(scenario.seed()),
            /* finePublished= */ true,
            this::note,
            this::periodOver);
    Account account = simulation.account();
    waiting.watch(account);
    LockstepWiring.connect(
        account,
        watched(account, Controllers.brain(account, scenario.policy())),
        scenario.policy(),
        TICK);
    scenario.faults().forEach(one -> one.on(simulation));
    simulation.run();
  }

  private static Scenario withRoom(Scenario scenario) {
    Map<String, String> environment = new HashMap<>(scenario.environment());
    environment.put("LOCKSTEP_MAX_TASKS", String.valueOf(MOST));
    environment.put("LOCKSTEP_MAX_HOSTS", String.valueOf(MOST));
    environment.put("LOCKSTEP_TASK_RELEASE", "on-registration");
    return new Scenario(
        scenario.name(),
        scenario.about(),
        scenario.account(),
        scenario.demand(),
        scenario.gpu(),
        environment,
        scenario.seed(),
        scenario.faults());
  }

  /** Tells what the brain changes from what befalls the account. */
  private Controller watched(Account account, Function<byte[], List<Decision>> brain) {
    return payload -> {
      acting = true;
      try {
        waiting.decided(account.timeline().instant(), brain.apply(payload));
      } finally {
        acting = false;
      }
    };
  }

  private void note(Duration at, Change change) {
    story.add(at.toSeconds() + " " + change.line());
    waiting.happened(change);
    if (!acting) {
      return;
    }
    if (change instanceof Change.TasksAsked(int from, int to) && to < from && to < placed()) {
      taken.add(new Taken(at, change.line(), to, 0));
    }
    if (change instanceof Change.HostsAsked(int from, int to) && to < from) {
      taken.add(new Taken(at, change.line(), to, 0));
    }
    if (change instanceof Change.HostEnds(String host)) {
      Account account = simulation.account();
      int onIt =
          account.cluster().instance(host).map(instance -> instance.tasks().size()).orElse(0);
      taken.add(new Taken(at, change.line(), account.group().desired(), onIt));
    }
  }

  /** A task without a host can be withdrawn, and nothing is taken away. */
  private int placed() {
    TaskService service = simulation.account().service();
    return service.running() + service.pendingOnHosts();
  }

  private void periodOver(Tally tally) {
    Account account = simulation.account();
    periods.add(
        new Period(
            TrafficMeter.FINE_PERIOD.multipliedBy(periods.size() + 1L),
            account.service().desired(),
            account.group().desired(),
            account.service().serving(),
            Totals.of(tally).violationPercent(BUDGET)));
  }

  /** Each ten seconds. */
  List<Period> periods() {
    return List.copyOf(periods);
  }

  /** What the brain took away, in order. */
  List<Taken> taken() {
    return List.copyOf(taken);
  }

  /** Every change, each with the seconds since the start. */
  List<String> story() {
    return List.copyOf(story);
  }

  /** Whose task-seconds those were that no room was on its way for. */
  WhoseWait waiting() {
    return waiting;
  }
}
