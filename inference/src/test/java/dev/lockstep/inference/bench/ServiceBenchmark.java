package dev.lockstep.inference.bench;

import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.engine.EngineSettings;
import dev.lockstep.inference.engine.ModelSource;
import dev.lockstep.inference.engine.OnnxEngine;
import dev.lockstep.inference.model.EmbeddedModel;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;

/**
 * The service against the model alone, in one process and on the same sessions, in turns: whatever
 * else the machine does happens to both. Figures are medians of the rounds, with the least and the
 * largest; a round before them is a rehearsal.
 */
public final class ServiceBenchmark {
  private static final double BUDGET_MILLIS = 250;
  private static final double EVER = Double.POSITIVE_INFINITY;
  private static final List<Integer> LOAD_PERCENT = List.of(50, 80, 100, 200);

  /**
   * The JVM compiles what it runs often: in its first seconds, and once more when it has seen
   * enough of it. Nothing before is like after, and half a minute on two cores is too little.
   */
  private static final Duration WARM_UP = Duration.ofSeconds(8);

  /** Of two cores; a server that has run for some minutes compiles next to nothing. */
  private static final double QUIET_COMPILER = 0.03;

  private static final int MOST_WARM_UPS = 6;

  private final Duration cell;
  private final int rounds;
  private final URI server;
  private final Function<Workload, RawModel> alone;
  private final int lanes;
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();
  private boolean rehearsing;

  private ServiceBenchmark(
      Duration cell, int rounds, URI server, Function<Workload, RawModel> alone, int lanes) {
    this.cell = cell;
    this.rounds = rounds;
    this.server = server;
    this.alone = alone;
    this.lanes = lanes;
  }

  /** Arguments: seconds a cell, rounds, {@code fp32} or {@code int8}, {@code same,mixed}. */
  public static void main(String[] arguments) throws ExecutionException, InterruptedException {
    Duration cell = Duration.ofMillis(Math.round(Double.parseDouble(arguments[0]) * 1000));
    int rounds = Integer.parseInt(arguments[1]);
    EmbeddedModel model = EmbeddedModel.of(arguments[2]);
    List<Workload> workloads =
        Arrays.stream(arguments[3].split(",", -1)).map(ServiceBenchmark::workload).toList();
    EngineSettings settings =
        EngineSettings.of(EngineSettings.Provider.CPU, Runtime.getRuntime().availableProcessors());
    System.out.printf(
        Locale.ROOT,
        "%s, %s, %d lanes; %.1f s a cell, %d rounds%n",
        EmbeddedModel.NAME,
        model,
        settings.lanes(),
        cell.toMillis() / 1e3,
        rounds);
    try (OnnxEngine engine = OnnxEngine.loadPacked(new ModelSource.Bytes(model.onnx()), settings);
        InferenceServer server =
            InferenceServer.start(
                new InferenceServer.Settings(
                    0, Optional.of(engine), Map.of("lockstep.anonymous", true)));
        // A thread with a name of its own, so that its share of the CPU can be told.
        ExecutorService client =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("client").factory())) {
      ServiceBenchmark benchmark =
          new ServiceBenchmark(
              cell,
              rounds,
              server.uri(),
              workload -> RawModel.of(engine, model, workload),
              settings.lanes());
      client.submit(() -> benchmark.run(workloads)).get();
    }
  }

  private static Workload workload(String name) {
    return switch (name) {
      case "same" -> Workload.same(16);
      case "mixed" -> Workload.mixed();
      default ->
          throw new IllegalArgumentException(
              "the workload is '%s'; 'same' and 'mixed' are known".formatted(name));
    };
  }

  private void run(List<Workload> workloads) {
    for (Workload workload : workloads) {
      Load load = new Load(server, workload, Load.Encoding.FLOAT);
      Load base64 = new Load(server, workload, Load.Encoding.BASE64);
      RawModel raw = alone.apply(workload);
      warmUp(load);
      // Whatever only a round does is compiled in the first.
      rehearsing = true;
      round(workload.name(), raw, load, base64, /* round= */ 0);
      rehearsing = false;
      for (int round = 1; round <= rounds; round++) {
        System.out.printf("%s, round %d of %d%n", workload.name(), round, rounds);
        round(workload.name(), raw, load, base64, round);
      }
    }
    print();
  }

  private static void warmUp(Load load) {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    for (int i = 0; i < MOST_WARM_UPS; i++) {
      long start = System.nanoTime();
      long compiledBefore = compiler.getTotalCompilationTime();
      once(load);
      double millis = (System.nanoTime() - start) / 1e6;
      double compiling = (compiler.getTotalCompilationTime() - compiledBefore) / millis;
      System.out.printf(Locale.ROOT, "warming up: the compiler takes %.0f %%%n", 100 * compiling);
      if (compiling < QUIET_COMPILER) {
        return;
      }
    }
  }

  /** Refusing has code of its own. */
  private static void once(Load load) {
    double capacity = load.closed(32, WARM_UP).perSecond();
    load.open(2 * capacity, WARM_UP, /* seed= */ 0);
    load.closed(1, WARM_UP.dividedBy(4));
  }

  private void round(String name, RawModel raw, Load load, Load base64, int round) {
    alone(name, raw, load);
    closed(name + " | 8 clients", load, 8);
    closed(name + " | 64 clients", load, 64);
    double encoded = base64.closed(32, cell).perSecond();
    double before = raw.ceiling(cell);
    Samples capacity = closed(name + " | 32 clients", load, 32);
    // Before and after: a machine that becomes slower does so for both.
    double ceiling = (before + raw.ceiling(cell)) / 2;
    add(name + " | model alone, sentences/s", ceiling);
    add(name + " | 32 clients, share of the model alone", capacity.perSecond() / ceiling);
    add(name + " | 32 clients, base64, share of the model alone", encoded / ceiling);
    loads(name, load, capacity, round);
  }

  /** Loads, and the capacity after each, which is that before the next. */
  private void loads(String name, Load load, Samples capacity, int round) {
    Samples before = capacity;
    for (int percent : LOAD_PERCENT) {
      String what = "%s | %d %% load".formatted(name, percent);
      Samples open = open(what, load, before.perSecond() * percent / 100, round);
      Samples after = load.closed(32, cell);
      add(what + ", goodput / capacity", share(open, before, after, Samples::goodput));
      add(what + ", the same in answers", share(open, before, after, Samples::answers));
      before = after;
    }
  }

  /** Of what is done in any time while nobody is refused, what is done inside the budget. */
  private static double share(
      Samples open, Samples before, Samples after, ToDoubleBiFunction<Samples, Double> rate) {
    double capacity = (rate.applyAsDouble(before, EVER) + rate.applyAsDouble(after, EVER)) / 2;
    return rate.applyAsDouble(open, BUDGET_MILLIS) / capacity;
  }

  private void alone(String name, RawModel raw, Load load) {
    double alone = raw.aloneMedian(cell);
    Samples samples = closed(name + " | 1 client", load, 1);
    add(name + " | model alone, p50 ms", alone);
    add(name + " | 1 client, p50 / model alone", samples.servedQuantile(0.5) / alone);
  }

  private Samples closed(String what, Load load, int clients) {
    Samples samples = observed(what, load, () -> load.closed(clients, cell));
    add(what + ", sentences/s", samples.perSecond());
    add(what + ", p50 ms", samples.servedQuantile(0.5));
    add(what + ", p99 ms", samples.servedQuantile(0.99));
    add(what + ", p99 / p50", samples.servedQuantile(0.99) / samples.servedQuantile(0.5));
    add(what + ", refused and failed", samples.refused().size() + samples.failed());
    return samples;
  }

  private Samples open(String what, Load load, double perSecond, int round) {
    Samples samples = observed(what, load, () -> load.open(perSecond, cell, round));
    add(what + ", p95 ms of served", samples.servedQuantile(0.95));
    add(what + ", refused %", samples.refusedPercent());
    add(what + ", p50 ms of refusals", samples.refusedQuantile(0.5));
    add(what + ", p95 ms of refusals", samples.refusedQuantile(0.95));
    add(what + ", p99 ms of refusals", samples.refusedQuantile(0.99));
    add(what + ", % of refusals over 10 ms", samples.refusedLaterThan(10));
    add(what + ", failed", samples.failed());
    return samples;
  }

  /** Measures, and notes what the batches were like and where the CPU time went. */
  private Samples observed(String what, Load load, Supplier<Samples> measured) {
    BatchFigures batchesBefore = BatchFigures.of(server);
    long start = System.nanoTime();
    Samples samples = measured.get();
    double seconds = (System.nanoTime() - start) / 1e9;
    BatchFigures batches = BatchFigures.of(server).since(batchesBefore);
    add(what + ", rows a batch", batches.rowsPerBatch());
    add(what + ", padding %", batches.paddingPercent());
    add(what + ", wait ms", batches.waitMillis());
    add(what + ", lanes busy %", 100 * batches.runSeconds() / seconds / lanes);
    samples
        .cpu()
        .nanos()
        .forEach((part, nanos) ->
            add(
                "%s, CPU us a sentence, %s".formatted(what, part.name().toLowerCase(Locale.ROOT)),
                nanos / 1e3 / load.workload().sentences(batches.tokens())));
    return samples;
  }

  private void add(String what, double figure) {
    if (!rehearsing) {
      figures.computeIfAbsent(what, _ -> new ArrayList<>()).add(figure);
    }
  }

  private void print() {
    System.out.printf("| %-56s | %9s | %9s | %9s |%n", "what", "median", "least", "largest");
    System.out.println("|---|---|---|---|");
    figures.forEach((what, values) -> {
      Spread spread = Spread.of(values);
      System.out.printf(
          Locale.ROOT,
          "| %-56s | %9.2f | %9.2f | %9.2f |%n",
          what.replace(" | ", ": "),
          spread.median(),
          spread.least(),
          spread.largest());
    });
  }
}
