package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.claim.Claim;
import dev.lockstep.drills.claim.Evidence;
import dev.lockstep.drills.claim.Verdict;
import dev.lockstep.drills.control.Answer;
import dev.lockstep.drills.control.Brain;
import dev.lockstep.drills.control.BrainFunction;
import dev.lockstep.drills.control.LockstepWiring;
import dev.lockstep.drills.control.ModuleAlarms;
import dev.lockstep.drills.control.ModuleMetrics;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.operator.CliCommand;
import dev.lockstep.drills.operator.Console;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.traffic.RequestTimes;
import dev.lockstep.drills.traffic.Tally;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.report.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Plays an incident with the module's wiring, its alarms for people and the operator's commands,
 * and judges each claim when it is due.
 */
public final class IncidentPlay {
  private static final Duration TICK = Duration.ofMinutes(1);
  private static final Duration GLANCE = Duration.ofMinutes(1);

  /** What happens in the second in which a claim is due still counts. */
  private static final Duration AFTER_DUE = Duration.ofMillis(500);

  private final Incident incident;
  private final Evidence evidence = new Evidence();
  private final Map<Integer, Verdict> verdicts = new TreeMap<>();
  private final List<Verdict> answers = new ArrayList<>();

  /** Hosts that somebody ends by name: whatever runs on them, it is meant. */
  private final Set<String> namedByPeople = new HashSet<>();

  private final Simulation simulation;
  private final Account account;
  private final BrainFunction function;
  private final Console console;

  private IncidentPlay(Incident incident, Brain.Maker brain, BiConsumer<Duration, Change> story) {
    this.incident = incident;
    Scenario scenario = incident.scenario();
    this.simulation =
        new Simulation(
            scenario.account(),
            scenario.gpu(),
            RequestTimes.draw(scenario.demand(), scenario.seed()),
            new Chance(scenario.seed()),
            /* finePublished= */ true,
            (at, change) -> {
              note(at, change);
              story.accept(at, change);
            },
            this::look);
    this.account = simulation.account();
    this.function = new BrainFunction(account, scenario.environment(), brain, this::noteDecision);
    this.console = new Console(account, function);
    simulation.controlledBy(function);
  }

  /**
   * Plays an incident to its end.
   *
   * @param brain what is deployed as the function
   * @param story told of each change, with the time since the start
   */
  public static IncidentReport play(
      Incident incident, Brain.Maker brain, BiConsumer<Duration, Change> story) {
    return new IncidentPlay(incident, brain, story).played();
  }

  private IncidentReport played() {
    Policy policy = function.policy();
    LockstepWiring.connect(account, function, policy, TICK);
    ModuleAlarms.watch(account, policy.hosts().max());
    new ModuleMetrics(
            account,
            simulation.fleet()::unhealthy,
            function::deadLetters,
            () -> function.policy().hosts().min())
        .start();
    account.timeline().every(GLANCE, () -> Glance.tell(account, simulation.capacity().latestP95()));
    incident.scenario().faults().forEach(fault -> fault.on(simulation));
    incident.steps().forEach(step -> account.timeline().after(step.at(), () -> type(step)));
    scheduleClaims();
    simulation.run();
    judgeTheRest();
    return new IncidentReport(
        Summary.of(
            function.policy(),
            incident.scenario().account(),
            account,
            simulation.meter().totals(),
            simulation.capacity()),
        verdicts());
  }

  private List<Verdict> verdicts() {
    List<Verdict> all = new ArrayList<>(verdicts.values());
    all.addAll(answers);
    return all;
  }

  private void scheduleClaims() {
    List<Claim> claims = incident.claims();
    for (int i = 0; i < claims.size(); i++) {
      int number = i;
      claims
          .get(i)
          .due()
          .ifPresent(due -> account.timeline().after(due.plus(AFTER_DUE), () -> judge(number)));
    }
  }

  private void judgeTheRest() {
    for (int i = 0; i < incident.claims().size(); i++) {
      if (!verdicts.containsKey(i)) {
        judge(i);
      }
    }
  }

  private void judge(int number) {
    Verdict verdict = incident.claims().get(number).judge(evidence);
    verdicts.put(number, verdict);
    account.tell(
        verdict.held() ? "claim holds" : "claim BROKEN",
        "%s (%s)".formatted(verdict.claim(), verdict.seen()));
  }

  private void type(Step step) {
    account.tell(step.who().name().toLowerCase(Locale.ROOT), step.command());
    CliCommand command = CliCommand.parse(step.command(), name -> value(step, name));
    namedByPeople.addAll(command.options().getOrDefault("instance-id", List.of()));
    Answer answer = console.run(command);
    account.tell("answer", answer.summary());
    Step.Expected seen =
        switch (answer) {
          case Answer.Accepted _ -> Step.Expected.ACCEPTED;
          case Answer.Refused _ -> Step.Expected.REFUSED;
        };
    answers.add(
        new Verdict(
            "%s is %s".formatted(step.command(), step.answer().name().toLowerCase(Locale.ROOT)),
            seen == step.answer(),
            answer.summary()));
  }

  private String value(Step step, String name) {
    String written = step.with().getOrDefault(name, "");
    return written.isEmpty()
        ? Console.variables().getOrDefault(name, "")
        : Lookup.resolve(written, simulation);
  }

  private void note(Duration at, Change change) {
    if (change instanceof Change.Told(String who, String _) && who.startsWith("claim")) {
      return;
    }
    evidence.told(at, change.line());
    if (change instanceof Change.AlarmTurned(String alarm, String _, String to)) {
      evidence.alarmTurned(at, alarm, to);
    }
    if (change instanceof Change.HostEnds(String host)
        && busy(host)
        && !namedByPeople.contains(host)) {
      evidence.busyHostEnded(at, host);
    }
  }

  private boolean busy(String host) {
    return account.cluster().instance(host).stream()
        .anyMatch(instance -> instance.tasks().stream().anyMatch(Task::alive));
  }

  private void noteDecision(Decision decision) {
    Set<String> codes =
        switch (decision) {
          case Decision.Decided decided ->
              decided.plan().reasons().stream()
                  .map(reason -> reason.code().name())
                  .collect(Collectors.toSet());
          case Decision.Blind _, Decision.Refused _ -> Set.of();
        };
    evidence.decided(
        Duration.between(Simulation.START, account.timeline().instant()), codes, decision.line());
  }

  /** Told by the meter when ten seconds are over. */
  private void look(Tally tally) {
    Instant now = account.timeline().instant();
    Duration budget = function.policy().p95Budget();
    long refused = tally.refusals() + tally.unroutedCount() + tally.untrustedCount();
    long failed = tally.failures() + tally.timeouts();
    evidence.looked(
        new Evidence.Look(
            Duration.between(Simulation.START, now),
            account.cluster().registered(),
            account.group().desired(),
            oldHosts(),
            account.service().serving(),
            account.service().desired(),
            account.service().waits().still(now).stream()
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO),
            simulation.capacity().latestP95(),
            tally.served() + refused + failed,
            tally.latencies().above(budget) + refused + failed,
            failed,
            refused));
  }

  private int oldHosts() {
    return Math.toIntExact(
        account.group().hosts().stream()
            .filter(Host::counted)
            .filter(host -> !host.launchedAt().isAfter(Simulation.START))
            .count());
  }
}
