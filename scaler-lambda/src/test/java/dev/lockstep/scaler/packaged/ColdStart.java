package dev.lockstep.scaler.packaged;

import dev.lockstep.scaler.policy.Policies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Measures how long the function takes from nothing to its first answer, plain and with each
 * start-up setting, in turn, several times: {@code mvn -Pcoldstart -pl scaler-lambda -am}.
 *
 * <p>The account answers on loopback. The first argument is the number of rounds.
 */
public final class ColdStart {
  private static final Duration TIMEOUT = Duration.ofSeconds(50);
  private static final int WARM_CALLS = 10;

  /** What Lambda's runtime for Java 25 sets by itself, unless the function uses SnapStart. */
  private static final String FIRST_TIER = "-XX:TieredStopAtLevel=1";

  /** Names hooks that are not there, which org.crac then calls none of. */
  private static final String NO_HOOKS = "-Dorg.crac.Core.Compat=none";

  private static final Path ARCHIVE = Path.of("target", "coldstart.jsa").toAbsolutePath();
  private static final Path CACHE = Path.of("target", "coldstart.aot").toAbsolutePath();

  private ColdStart() {}

  /** A way to start the function. */
  private record Setting(String name, List<String> jvmOptions, boolean snapshot) {}

  /** One start, in milliseconds. */
  private record Start(double init, double first, double second, double warm, boolean snapshot) {

    /** A caller waits for the first answer; for the rest only where no snapshot has it done. */
    double seen() {
      return snapshot ? first : init + first;
    }
  }

  private static final List<Setting> SETTINGS =
      List.of(
          new Setting("plain (Lambda's default)", List.of(FIRST_TIER), false),
          new Setting("every compiler tier", List.of(), false),
          new Setting(
              "class data archive", List.of(FIRST_TIER, "-XX:SharedArchiveFile=" + ARCHIVE), false),
          new Setting("ahead-of-time cache", List.of(FIRST_TIER, "-XX:AOTCache=" + CACHE), false),
          new Setting("snapshot, no rehearsal", List.of(FIRST_TIER, NO_HOOKS), true),
          new Setting("snapshot, every tier", List.of(), true),
          new Setting("snapshot, as shipped", List.of(FIRST_TIER), true));

  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    PackagedFunction.taskRoot();
    train(List.of(FIRST_TIER, "-XX:ArchiveClassesAtExit=" + ARCHIVE), ARCHIVE);
    train(List.of(FIRST_TIER, "-XX:AOTCacheOutput=" + CACHE), CACHE);
    Map<Setting, List<Start>> starts = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (Setting setting : SETTINGS) {
        starts.computeIfAbsent(setting, _ -> new ArrayList<>()).add(start(setting));
      }
    }
    print(rounds, starts);
  }

  /** A run whose end writes what later starts read. */
  private static void train(List<String> options, Path written) throws Exception {
    Files.deleteIfExists(written);
    try (AwsServer aws = new AwsServer(new FakeAccount(40));
        RuntimeApi lambda = new RuntimeApi();
        PackagedFunction function =
            PackagedFunction.start(lambda, aws.address(), options, Policies.environment())) {
      await(lambda, function);
      invoke(lambda);
      function.stop();
      System.out.printf(Locale.ROOT, "%s: %.1f MB%n", written.getFileName(), size(written) / 1e6);
    }
  }

  private static long size(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private static Start start(Setting setting) throws Exception {
    Map<String, String> environment = new HashMap<>(Policies.environment());
    if (setting.snapshot()) {
      environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
    }
    try (AwsServer aws = new AwsServer(new FakeAccount(40));
        RuntimeApi lambda = new RuntimeApi()) {
      long begin = System.nanoTime();
      try (PackagedFunction function =
          PackagedFunction.start(lambda, aws.address(), setting.jvmOptions(), environment)) {
        await(lambda, function);
        double init = millis(Duration.ofNanos(System.nanoTime() - begin));
        lambda.restore();
        double first = millis(invoke(lambda).took());
        double second = besideAws(lambda, aws);
        List<Double> warm = new ArrayList<>();
        for (int i = 0; i < WARM_CALLS; i++) {
          warm.add(besideAws(lambda, aws));
        }
        return new Start(init, first, second, median(warm), setting.snapshot());
      }
    }
  }

  /** The time of an invocation in which no call was being answered. */
  private static double besideAws(RuntimeApi lambda, AwsServer aws) throws Exception {
    Duration before = aws.busy();
    Duration took = invoke(lambda).took();
    return millis(took.minus(aws.busy().minus(before)));
  }

  private static void await(RuntimeApi lambda, PackagedFunction function) throws Exception {
    CompletableFuture.anyOf(lambda.ready(), lambda.initError()).get(60, TimeUnit.SECONDS);
    if (lambda.initError().isDone()) {
      throw new IllegalStateException(function.output());
    }
  }

  private static Answer invoke(RuntimeApi lambda)
      throws InterruptedException, ExecutionException, TimeoutException {
    Answer answer =
        lambda
            .invoke("{\"action\":\"reconcile\"}".getBytes(StandardCharsets.UTF_8), TIMEOUT)
            .get(60, TimeUnit.SECONDS);
    if (answer instanceof Answer.Failed) {
      throw new IllegalStateException(answer.body());
    }
    return answer;
  }

  private static void print(int rounds, Map<Setting, List<Start>> starts) {
    double plain = median(starts.get(SETTINGS.getFirst()).stream().map(Start::seen).toList());
    System.out.printf(
        "medians of %d starts each, in ms; second and warm without AWS's own time%n", rounds);
    System.out.printf(
        "%-28s %8s %8s %8s %8s %10s%n", "", "init", "first", "second", "warm", "seen/plain");
    starts.forEach((setting, of) ->
        System.out.printf(
            Locale.ROOT,
            "%-28s %8.0f %8.0f %8.1f %8.1f %10.2f%n",
            setting.name(),
            median(of.stream().map(Start::init).toList()),
            median(of.stream().map(Start::first).toList()),
            median(of.stream().map(Start::second).toList()),
            median(of.stream().map(Start::warm).toList()),
            median(of.stream().map(Start::seen).toList()) / plain));
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
