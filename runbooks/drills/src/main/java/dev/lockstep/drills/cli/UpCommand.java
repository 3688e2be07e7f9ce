package dev.lockstep.drills.cli;

import dev.lockstep.drills.drill.Summary;
import dev.lockstep.drills.live.LiveStack;
import dev.lockstep.drills.live.PortTakenException;
import dev.lockstep.drills.live.Tempo;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.drills.traffic.Trace;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts the live stack; {@code mvn -Pup} is this command. */
@Command(
    name = "up",
    description = "Starts the live stack on localhost: real servers, users, and the brain.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  private static final double QUIET = 12;
  private static final long SURGE_SECOND = 30;
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smh])");
  private static final String FOREVER = "forever";

  @Spec private CommandSpec spec;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "stop after 90s, 5m or 1h, or run until Ctrl-C (default: ${DEFAULT-VALUE})")
  private String duration = FOREVER;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "send the requests of a trace instead of the built-in surge")
  private String trace = "";

  @Option(
      names = "--speedup",
      paramLabel = "N",
      description = "pass through the trace N times as fast (default: ${DEFAULT-VALUE})")
  private int speedup = 1;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "where the load balancer listens, 0 for any (default: ${DEFAULT-VALUE})")
  private int port = 8080;

  @Option(
      names = "--page-port",
      paramLabel = "PORT",
      description = "where the live page is served, 0 for any (default: ${DEFAULT-VALUE})")
  private int pagePort = 8081;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    long seconds = seconds();
    LiveStack.Settings settings = settings();
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch finished = new CountDownLatch(1);
    stopOnSignal(stopped, finished);
    try {
      return run(out, settings, seconds, stopped);
    } finally {
      finished.countDown();
    }
  }

  private int run(
      PrintWriter out, LiveStack.Settings settings, long seconds, CountDownLatch stopped)
      throws InterruptedException {
    out.println("starting 2 tasks; no keys are asked for, because only this machine can call them");
    out.flush();
    try (LiveStack stack = LiveStack.start(settings, new Story(out)::tell)) {
      out.println(welcome(stack));
      out.flush();
      boolean signalled = stopped.await(seconds, TimeUnit.SECONDS);
      Summary summary = stack.summary();
      out.printf(
          "%n%s%n%s%nproblems   %d%n",
          signalled ? "stopped" : "%d s are over".formatted(seconds),
          summary.text(),
          stack.problems());
      out.flush();
      return stack.problems() == 0 ? 0 : 1;
    } catch (PortTakenException taken) {
      throw new ParameterException(
          spec.commandLine(),
          taken.getMessage() + ": --port N --page-port N, or mvn -Pup -Dport=N -DpagePort=N",
          taken);
    }
  }

  private static String welcome(LiveStack stack) {
    return """

    Watch it, and break it: %s
    Ask it yourself while it runs (Ctrl-C ends it):
      curl %s/v1/embeddings -H 'Content-Type: application/json' \\
        -d '{"model":"all-MiniLM-L6-v2","input":"hello"}'
    """
        .formatted(stack.page(), stack.service());
  }

  /** Ctrl-C ends the wait; the summary is printed and everything closed before the JVM goes. */
  private static void stopOnSignal(CountDownLatch stopped, CountDownLatch finished) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  stopped.countDown();
                  try {
                    var _ = finished.await(20, TimeUnit.SECONDS);
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                }));
  }

  private long seconds() {
    if (duration.equals(FOREVER)) {
      return Long.MAX_VALUE;
    }
    Matcher matcher = DURATION.matcher(duration);
    if (!matcher.matches()) {
      throw new ParameterException(
          spec.commandLine(),
          "--duration is '%s' but must be a number with s, m or h, such as 90s, or %s"
              .formatted(duration, FOREVER));
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "m" -> Duration.ofMinutes(count).toSeconds();
      case "h" -> Duration.ofHours(count).toSeconds();
      default -> count;
    };
  }

  /** A trace has its own surges; the built-in one begins by itself, or by the page's button. */
  private LiveStack.Settings settings() {
    return trace.isEmpty()
        ? new LiveStack.Settings(
            port,
            pagePort,
            new Demand.Surge(QUIET, QUIET, 0, Long.MAX_VALUE),
            OptionalLong.of(SURGE_SECOND),
            Tempo.DEMONSTRATION)
        : new LiveStack.Settings(
            port,
            pagePort,
            Trace.read(Path.of(trace)).spedUp(speedup),
            OptionalLong.empty(),
            Tempo.DEMONSTRATION);
  }
}
