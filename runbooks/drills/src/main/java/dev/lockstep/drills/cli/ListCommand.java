package dev.lockstep.drills.cli;

import dev.lockstep.drills.drill.Incident;
import dev.lockstep.drills.drill.Scenario;
import dev.lockstep.drills.drill.Scenarios;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Names the scenarios. */
@Command(
    name = "list",
    description = "Lists the scenarios that 'run' plays.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    for (Scenario scenario : Scenarios.all()) {
      out.printf("%-26s %s%n", scenario.name(), scenario.about());
    }
    for (Incident incident : Runbooks.here().all()) {
      out.printf(
          "%-26s %s%n",
          incident.scenario().name(),
          incident.page().map(page -> page + ".md: ").orElse("") + incident.scenario().about());
    }
    return 0;
  }
}
