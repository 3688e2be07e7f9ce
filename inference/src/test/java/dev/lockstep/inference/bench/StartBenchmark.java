package dev.lockstep.inference.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * From the start of the process to the first 200 of {@code /healthz}, and to the first embedding:
 * with the plain JVM, with a CDS archive and with an AOT cache, in turns, so that whatever else the
 * machine does happens to all three.
 */
public final class StartBenchmark {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final byte[] FIRST = embedding();

  private final String asItRuns;
  private final Path jar;
  private final Path folder;
  private final Map<Variant, List<Double>> ready = new EnumMap<>(Variant.class);
  private final Map<Variant, List<Double>> answered = new EnumMap<>(Variant.class);

  private StartBenchmark(Path options, Path jar) {
    this.asItRuns = "@" + options;
    this.jar = jar;
    this.folder =
        Objects.requireNonNull(jar.toAbsolutePath().getParent(), "a jar lies in a folder");
  }

  private enum Variant {
    PLAIN("plain", "", ""),
    CDS(
        "CDS archive",
        "-XX:ArchiveClassesAtExit=%s/inference.jsa",
        "-XX:SharedArchiveFile=%s/inference.jsa"),
    AOT("AOT cache", "-XX:AOTCacheOutput=%s/inference.aot", "-XX:AOTCache=%s/inference.aot");

    private final String label;
    private final String training;
    private final String use;

    Variant(String label, String training, String use) {
      this.label = label;
      this.training = training;
      this.use = use;
    }

    List<String> training(Path folder) {
      return training.isEmpty() ? List.of() : List.of(training.formatted(folder));
    }

    List<String> use(Path folder) {
      return use.isEmpty() ? List.of() : List.of(use.formatted(folder));
    }
  }

  private static byte[] embedding() {
    String body = "{\"model\":\"all-MiniLM-L6-v2\",\"input\":\"hello\"}";
    return ("POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Arguments: the file of the JVM's options, the runnable jar, rounds. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    new StartBenchmark(Path.of(arguments[0]), Path.of(arguments[1]))
        .run(Integer.parseInt(arguments[2]));
  }

  private void run(int rounds) throws IOException, InterruptedException {
    for (Variant variant : Variant.values()) {
      train(variant);
    }
    for (int round = 0; round < rounds; round++) {
      for (Variant variant : Variant.values()) {
        measure(variant);
      }
    }
    print(rounds);
  }

  private void train(Variant variant) throws IOException, InterruptedException {
    if (variant.training(folder).isEmpty()) {
      return;
    }
    List<String> options = new ArrayList<>(variant.training(folder));
    options.addAll(List.of(asItRuns, "-jar", jar.toString(), "--rehearse"));
    try (ServerProcess training = ServerProcess.start(options, Map.of(), log(variant))) {
      int status = training.awaitEnd(PATIENCE);
      if (status != 0) {
        throw new IOException("the training run ended with %d: %s".formatted(status, log(variant)));
      }
      System.out.printf(
          Locale.ROOT,
          "%s: trained in %.1f s%n",
          variant.label,
          training.sinceStart().toMillis() / 1e3);
    }
  }

  private void measure(Variant variant) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(variant.use(folder));
    options.addAll(List.of(asItRuns, "-jar", jar.toString()));
    try (ServerProcess server = ServerProcess.start(options, Map.of(), log(variant))) {
      add(ready, variant, server.awaitReady());
      try (KeptAlive client = new KeptAlive(server.uri())) {
        int status = client.exchange(FIRST);
        if (status != 200) {
          throw new IOException("the first embedding is answered with " + status);
        }
      }
      add(answered, variant, server.sinceStart());
      server.terminate();
      server.awaitEnd(PATIENCE);
    }
  }

  private static void add(Map<Variant, List<Double>> times, Variant variant, Duration time) {
    of(times, variant).add(time.toNanos() / 1e6);
  }

  private static List<Double> of(Map<Variant, List<Double>> times, Variant variant) {
    return times.computeIfAbsent(variant, _ -> new ArrayList<>());
  }

  private Path log(Variant variant) {
    return folder.resolve("start-" + variant.name().toLowerCase(Locale.ROOT) + ".log");
  }

  private void print(int rounds) throws IOException {
    System.out.printf("start to ready, %d rounds in turns, ms%n", rounds);
    System.out.println(
        "| JVM | ready: median | least | largest | / plain | first embedding: median | / plain |"
            + " file, MB |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (Variant variant : Variant.values()) {
      List<Double> times = of(ready, variant);
      System.out.printf(
          Locale.ROOT,
          "| %s | %.0f | %.0f | %.0f | %.2f | %.0f | %.2f | %s |%n",
          variant.label,
          median(times),
          Collections.min(times),
          Collections.max(times),
          median(times) / median(of(ready, Variant.PLAIN)),
          median(of(answered, variant)),
          median(of(answered, variant)) / median(of(answered, Variant.PLAIN)),
          size(variant));
    }
  }

  private String size(Variant variant) throws IOException {
    if (variant.use(folder).isEmpty()) {
      return "-";
    }
    String option = variant.use(folder).getFirst();
    Path file = Path.of(option.substring(option.indexOf('=') + 1));
    return Long.toString(Files.size(file) / 1_000_000);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
