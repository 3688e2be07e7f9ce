package dev.lockstep.inference;

import dev.lockstep.inference.serving.ServerVersion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The command line, which is short: what is set is set in the environment, and {@code --help} lists
 * it as it is declared.
 */
@Command(
    name = "inference.jar",
    description = "Serves models by HTTP and gRPC until it is terminated.",
    versionProvider = ServerCommand.Version.class,
    mixinStandardHelpOptions = true)
final class ServerCommand implements Runnable {
  private static final int WIDTH = 100;
  private static final int NAMES = 32;

  @Option(
      names = "--rehearse",
      description =
          "Ask the started server what its first clients will, and stop: the training run of an AOT"
              + " cache.")
  private boolean rehearses;

  private boolean serves;

  /** Which version this is. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {ServerVersion.NAME + " " + ServerVersion.VERSION};
    }
  }

  /** The line itself, to be executed. */
  CommandLine line() {
    CommandLine line = new CommandLine(this).setUsageHelpWidth(WIDTH);
    line.setParameterExceptionHandler(ServerCommand::refuse);
    line.getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> environment(help.colorScheme()));
    return line;
  }

  private static int refuse(ParameterException wrong, String[] arguments) {
    CommandLine line = wrong.getCommandLine();
    line.getErr()
        .println(
            "%s: %s; --rehearse, --help and --version are allowed, and settings come from the environment"
                .formatted(ServerVersion.NAME, wrong.getMessage()));
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static String environment(Help.ColorScheme colors) {
    Help.TextTable table =
        Help.TextTable.forColumns(
            colors,
            new Help.Column(NAMES, 2, Help.Column.Overflow.SPAN),
            new Help.Column(WIDTH - NAMES, 1, Help.Column.Overflow.WRAP));
    for (DeclaredSetting setting : DeclaredSetting.all()) {
      table.addRowValues(setting.variable(), setting.meaning());
      table.addRowValues("", "Default: " + setting.byDefault());
    }
    return "%nEnvironment variables:%n%s".formatted(table);
  }

  /** Nothing asked for help or the version, and nothing is wrong with what was asked. */
  @Override
  public void run() {
    serves = true;
  }

  /** Whether the server is to start; what else was asked for is done. */
  boolean serves() {
    return serves;
  }

  /** Whether it is a training run. */
  boolean rehearses() {
    return rehearses;
  }
}
