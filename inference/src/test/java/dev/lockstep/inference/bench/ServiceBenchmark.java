package dev.lockstep.inference.bench;

import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.engine.EngineSettings;
import dev.lockstep.inference.engine.ModelSource;
import dev.lockstep.inference.engine.OnnxEngine;
import dev.lockstep.inference.model.EmbeddedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The service against the model alone, in one process and on the same sessions, in turns: whatever
 * else the machine does happens to both. Figures are medians of the rounds, with the least and the
 * largest.
 */
public final class ServiceBenchmark {
  private static final double BUDGET_MILLIS = 250;
  private static final List<Integer> CLIENTS = List.of(1, 8, 32, 64);
  private static final List<Integer> LOAD_PERCENT = List.of(50, 80, 100, 200);

  private final Duration cell;
  private final int rounds;
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();

  private ServiceBenchmark(Duration cell, int rounds) {
    this.cell = cell;
    this.rounds = rounds;
  }

  /** Arguments: seconds a cell, rounds, {@code fp32} or {@code int8}. */
  public static void main(String[] arguments) throws InterruptedException {
    double seconds = Double.parseDouble(arguments[0]);
    ServiceBenchmark benchmark =
        new ServiceBenchmark(
            Duration.ofMillis(Math.round(seconds * 1000)), Integer.parseInt(arguments[1]));
    benchmark.run(EmbeddedModel.of(arguments[2]));
  }

  private void run(EmbeddedModel model) throws InterruptedException {
    int cores = Runtime.getRuntime().availableProcessors();
    EngineSettings settings = EngineSettings.of(EngineSettings.Provider.CPU, cores);
    System.out.printf(
        Locale.ROOT,
        "%s, %s, %d lanes; %.1f s a cell, %d rounds%n",
        EmbeddedModel.NAME,
        model,
        settings.lanes(),
        cell.toMillis() / 1e3,
        rounds);
    try (OnnxEngine engine = OnnxEngine.load(new ModelSource.Bytes(model.onnx()), settings);
        InferenceServer server =
            InferenceServer.start(
                new InferenceServer.Settings(
                    0, Optional.of(engine), Map.of("lockstep.anonymous", true)))) {
      RawModel raw = new RawModel(engine);
      for (Workload workload : List.of(Workload.same(16), Workload.mixed())) {
        Load load = new Load(server.uri(), workload);
        load.closed(8, cell); // The compiler warms up too.
        for (int round = 0; round < rounds; round++) {
          round(workload, raw, load, round);
        }
      }
    }
    print();
  }

  private void round(Workload workload, RawModel raw, Load load, int round)
      throws InterruptedException {
    String name = workload.name();
    double ceiling = raw.ceiling(workload, cell);
    add(name + " | model alone, sentences/s", ceiling);
    double alone = raw.aloneMedian(16, cell);
    double capacity = ceiling;
    for (int clients : CLIENTS) {
      Samples samples = load.closed(clients, cell);
      String what = "%s | %d clients".formatted(name, clients);
      add(what + ", sentences/s", samples.perSecond());
      add(what + ", p50 ms", samples.servedQuantile(0.5));
      add(what + ", p99 ms", samples.servedQuantile(0.99));
      add(what + ", p99 / p50", samples.servedQuantile(0.99) / samples.servedQuantile(0.5));
      add(what + ", refused and failed", samples.refused().length + samples.failed());
      if (clients == 1 && workload.lengths().stream().allMatch(length -> length == 16)) {
        add(name + " | model alone, p50 ms", alone);
        add(what + ", p50 / model alone", samples.servedQuantile(0.5) / alone);
      }
      if (clients == 32) {
        add(what + ", share of the model alone", samples.perSecond() / ceiling);
        capacity = samples.perSecond();
      }
    }
    for (int percent : LOAD_PERCENT) {
      Samples samples = load.open(capacity * percent / 100, cell, round);
      String what = "%s | %d %% load".formatted(name, percent);
      add(what + ", goodput / capacity", samples.goodput(BUDGET_MILLIS) / capacity);
      add(what + ", p95 ms of served", samples.servedQuantile(0.95));
      add(
          what + ", refused %",
          100.0
              * samples.refused().length
              / Math.max(1, samples.served().length + samples.refused().length + samples.failed()));
      add(what + ", p95 ms of refusals", samples.refusedQuantile(0.95));
      add(what + ", failed", samples.failed());
    }
  }

  private void add(String what, double figure) {
    figures.computeIfAbsent(what, _ -> new ArrayList<>()).add(figure);
  }

  private void print() {
    System.out.printf("| %-52s | %9s | %9s | %9s |%n", "what", "median", "least", "largest");
    System.out.println("|---|---|---|---|");
    figures.forEach((what, values) -> {
      Collections.sort(values);
      System.out.printf(
          Locale.ROOT,
          "| %-52s | %9.2f | %9.2f | %9.2f |%n",
          what.replace(" | ", ": "),
          values.get(values.size() / 2),
          values.getFirst(),
          values.getLast());
    });
  }
}
