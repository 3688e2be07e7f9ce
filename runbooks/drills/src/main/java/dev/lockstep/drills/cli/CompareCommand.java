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

/** Plays every policy at the setting its user would start with. */
@Command(
    name = "compare",
    description = {
      "Plays every policy, each at the setting its user would start with, on the same requests.",
      "What that says is limited: 'frontier' compares them fairly."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: drill.sh compare --workload flash-crowd --mean-rps 40 --seeds 3"})
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private final ExperimentOptions options = new ExperimentOptions();

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    for (Experiment experiment : options.experiments()) {
      List<Contender> contenders = options.contenders(experiment);
      long trials = (long) contenders.size() * options.seeds();
      try (TrialProgress progress = TrialProgress.of(trials, spec.commandLine().getErr())) {
        Results results =
            new Results(
                experiment,
                options.seeds(),
                new Tournament(experiment, options.seeds(), progress).atUsualSettings(contenders));
        out.printf(
            "%n%s%n%n%s",
            Headline.of(experiment, options.seeds()), ResultsTable.standings(results));
        out.flush();
        options.json().ifPresent(file -> ResultsJson.write(results, file));
        options
            .report()
            .ifPresent(
                file -> HtmlReport.write(results, Portrait.of(experiment, contenders), file));
      }
    }
    return 0;
  }
}
