package dev.lockstep.drills.cli;

import dev.lockstep.drills.drill.ScenarioException;
import dev.lockstep.drills.traffic.TraceException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point of {@code runbooks/drill.sh}. */
@Command(
    name = "drill.sh",
    description = "Plays incidents against a simulated AWS account with the real brain in it.",
    mixinStandardHelpOptions = true,
    version = "Lockstep 0.1.0",
    subcommands = {
      ListCommand.class,
      RunCommand.class,
      CompareCommand.class,
      FrontierCommand.class,
      SizeCommand.class,
      TrafficCommand.class,
      UpCommand.class,
      SoakCommand.class
    },
    footer = {"", "Begin with: drill.sh run traffic-spike"})
public final class DrillCommand {
  private DrillCommand() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new DrillCommand())
        .setExecutionExceptionHandler((failure, commandLine, _) -> {
          if (failure instanceof TraceException || failure instanceof ScenarioException) {
            commandLine.getErr().println("drill.sh: " + failure.getMessage());
            return CommandLine.ExitCode.USAGE;
          }
          throw failure;
        });
  }
}
