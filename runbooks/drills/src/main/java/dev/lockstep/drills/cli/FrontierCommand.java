package dev.lockstep.drills.cli;

import dev.lockstep.drills.compare.Contender;
import dev.lockstep.drills.compare.Experiment;
import dev.lockstep.drills.compare.Results;
import dev.lockstep.drills.compare.ResultsJson;
import dev.lockstep.drills.compare.ResultsTable;
import dev.lockstep.drills.compare.Tournament;
import dev.lockstep.drills.report.HtmlReport;
import dev.lockstep.drills.report.Portrait;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Sweeps every policy over its own headroom. */
@Command(
    name = "frontier",
    description = {
      "Sweeps every policy over its own headroom on the same requests, and reports what each gets",
      "for the same money and pays for the same service. A policy is judged by its frontier, never",
      "by one setting."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: drill.sh frontier --trace requests.csv --mean-rps 40 --lead 240 --seeds 3"
    })
final class FrontierCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private final ExperimentOptions options = new ExperimentOptions();

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    for (Experiment experiment : options.experiments()) {
      Results results = play(experiment);
      out.printf("%n%s%n", Headline.of(experiment, options.seeds()));
      out.printf("%n%s", ResultsTable.standings(results));
      out.printf("%n%s", ResultsTable.frontiers(results.frontiers()));
      out.flush();
      options.json().ifPresent(file -> ResultsJson.write(results, file));
      options
          .report()
          .ifPresent(file ->
              HtmlReport.write(
                  results, Portrait.of(experiment, options.contenders(experiment)), file));
    }
    return 0;
  }

  private Results play(Experiment experiment) throws InterruptedException {
    List<Contender> contenders = options.contenders(experiment);
    long trials =
        contenders.stream().mapToLong(one -> one.settings().size()).sum() * options.seeds();
    try (TrialProgress progress = TrialProgress.of(trials, spec.commandLine().getErr())) {
      return new Results(
          experiment,
          options.seeds(),
          new Tournament(experiment, options.seeds(), progress).atAllSettings(contenders));
    }
  }
}
