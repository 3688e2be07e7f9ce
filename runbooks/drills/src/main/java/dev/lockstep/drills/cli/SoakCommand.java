package dev.lockstep.drills.cli;

import dev.lockstep.drills.live.PortTakenException;
import dev.lockstep.drills.soak.Soak;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Soaks the live stack; {@code mvn -Psoak} is this command. */
@Command(
    name = "soak",
    description =
        "Runs the live stack under load and mishaps, and looks at what it lost and leaked.",
    mixinStandardHelpOptions = true)
final class SoakCommand implements Callable<Integer> {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,4})([sm])");

  @Spec private CommandSpec spec;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "how long, such as 2m; 20m are two hours of demand (default: ${DEFAULT-VALUE})")
  private String duration = "20m";

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "draws the mishaps and the requests (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "where the load balancer listens (default: ${DEFAULT-VALUE})")
  private int port = 8080;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try {
      Soak.Result result = Soak.run(new Soak.Settings(port, length(), seed), new Story(out)::tell);
      out.printf("%n%s%n%n", result.summary().text());
      result.lines().forEach(out::println);
      out.println(result.passed() ? "the soak has passed" : "the soak has FAILED");
      out.flush();
      return result.passed() ? 0 : 1;
    } catch (PortTakenException | IllegalArgumentException refused) {
      throw new ParameterException(spec.commandLine(), refused.getMessage(), refused);
    }
  }

  private Duration length() {
    Matcher matcher = DURATION.matcher(duration);
    if (!matcher.matches()) {
      throw new ParameterException(
          spec.commandLine(),
          "--duration is '%s' but must be a number with s or m, such as 2m".formatted(duration));
    }
    long count = Long.parseLong(matcher.group(1));
    return matcher.group(2).equals("m") ? Duration.ofMinutes(count) : Duration.ofSeconds(count);
  }
}
