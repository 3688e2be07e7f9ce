package dev.lockstep.drills.cli;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.claim.Verdict;
import dev.lockstep.drills.control.Brain;
import dev.lockstep.drills.control.Controller;
import dev.lockstep.drills.control.Controllers;
import dev.lockstep.drills.drill.Drill;
import dev.lockstep.drills.drill.Incident;
import dev.lockstep.drills.drill.IncidentFile;
import dev.lockstep.drills.drill.IncidentPlay;
import dev.lockstep.drills.drill.IncidentReport;
import dev.lockstep.drills.drill.Scenario;
import dev.lockstep.drills.drill.Scenarios;
import dev.lockstep.drills.drill.Summary;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.traffic.Trace;
import dev.lockstep.scaler.policy.Policy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Plays one scenario and tells its story. */
@Command(
    name = "run",
    description = "Plays a scenario in virtual time and tells its story.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: drill.sh run traffic-spike --trace requests.csv --mean-rps 20",
      "A trace is a CSV file with the header 'second,requests'."
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SCENARIO",
      description = "one of those that 'list' names, or a file: SCENARIO.yaml")
  private String scenario = "";

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "play the requests of a trace instead of the scenario's own")
  private @Nullable Path trace;

  @Option(
      names = "--mean-rps",
      paramLabel = "N",
      description = "scale the trace to this mean of requests a second")
  private @Nullable Double meanRps;

  @Option(
      names = "--lead",
      paramLabel = "SECONDS",
      description = "from ordering a host to a task serving on it")
  private @Nullable Integer leadSeconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "the same seed plays the same requests (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Incident found = found();
    Incident incident = found.withScenario(asAsked(found.scenario()));
    Scenario chosen = incident.scenario();
    int exitCode = CommandLine.ExitCode.OK;
    if (incident.page().isPresent()) {
      exitCode = playPage(incident, out);
    } else if (chosen.name().equals(Scenarios.TASKS_ALONE.name())) {
      playBoth(chosen, out);
    } else {
      out.printf("%s: %s%n%n", chosen.name(), about(chosen));
      Summary summary = play(chosen, Controllers::lockstep, new Story(out)::tell);
      out.printf("%n%s%n", summary.text());
    }
    out.flush();
    return exitCode;
  }

  /** Plays what a page describes; another exit code than 0 says that it promised too much. */
  private int playPage(Incident incident, PrintWriter out) {
    Scenario chosen = incident.scenario();
    out.printf(
        "%s: %s (runbooks/%s.md)%n%n",
        chosen.name(), about(chosen), incident.page().orElse(chosen.name()));
    IncidentReport report = IncidentPlay.play(incident, Brain::lockstep, new Story(out)::tell);
    out.printf("%n%s%n%n", report.summary().text());
    for (Verdict verdict : report.verdicts()) {
      out.printf(
          "%-7s %s (%s)%n", verdict.held() ? "holds" : "BROKEN", verdict.claim(), verdict.seen());
    }
    List<Verdict> broken = report.broken();
    out.printf(
        "%n%d of %d claims hold%n",
        report.verdicts().size() - broken.size(), report.verdicts().size());
    return broken.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private void playBoth(Scenario chosen, PrintWriter out) {
    out.printf("%s, first with tasks raised alone%n%n", chosen.name());
    Summary naive = play(chosen, Controllers::naiveLambda, new Story(out)::tell);
    out.printf("%n%s%n%n", naive.text());
    out.printf("%s again, with Lockstep%n%n", chosen.name());
    Summary lockstep = play(chosen, Controllers::lockstep, new Story(out)::tell);
    out.printf("%n%s%n%n", lockstep.text());
    out.printf(
        Locale.ROOT,
        "tasks alone: %d of %d tasks serve, %.1f %% of requests outside the budget%n"
            + "Lockstep:    %d of %d tasks serve, %.1f %% of requests outside the budget%n",
        naive.tasksServing(),
        naive.tasksAsked(),
        naive.violationPercent(),
        lockstep.tasksServing(),
        lockstep.tasksAsked(),
        lockstep.violationPercent());
  }

  private Summary play(
      Scenario chosen,
      BiFunction<Account, Policy, Controller> controller,
      BiConsumer<Duration, Change> story) {
    return Drill.play(chosen, controller, story);
  }

  private String about(Scenario chosen) {
    return Optional.ofNullable(trace)
        .map(file -> "the requests of " + file.getFileName())
        .orElse(chosen.about());
  }

  private Incident found() {
    return scenario.endsWith(".yaml") ? IncidentFile.read(Path.of(scenario)) : named();
  }

  private Scenario asAsked(Scenario found) {
    Scenario seeded = found.withSeed(seed);
    Scenario slowed = lead().map(seeded::withLead).orElse(seeded);
    return Optional.ofNullable(trace).map(this::requests).map(slowed::withDemand).orElse(slowed);
  }

  private Incident named() {
    return Scenarios.named(scenario)
        .map(found -> new Incident(found, Optional.empty(), List.of(), List.of()))
        .or(() -> Runbooks.here().named(scenario))
        .orElseThrow(() ->
            new ParameterException(
                spec.commandLine(),
                "there is no scenario '%s'; 'drill.sh list' names those there are"
                    .formatted(scenario)));
  }

  private Optional<Duration> lead() {
    return Optional.ofNullable(leadSeconds)
        .map(seconds -> {
          if (seconds < 1) {
            throw new ParameterException(
                spec.commandLine(), "--lead is 1 second or more, not " + seconds);
          }
          return Duration.ofSeconds(seconds);
        });
  }

  private Trace requests(Path file) {
    Trace read = Trace.read(file);
    return Optional.ofNullable(meanRps)
        .map(mean -> {
          if (!(mean > 0)) {
            throw new ParameterException(spec.commandLine(), "--mean-rps is above 0, not " + mean);
          }
          return read.scaledToMean(mean);
        })
        .orElse(read);
  }
}
