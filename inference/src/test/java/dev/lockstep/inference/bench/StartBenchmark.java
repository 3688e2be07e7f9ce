package dev.lockstep.inference.bench;

import com.google.protobuf.ByteString;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferRequest.InferInputTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the start of the process to the first 200 of {@code /healthz}, and to the first embedding:
 * with the plain JVM, with a CDS archive and with an AOT cache, in turns, so that whatever else the
 * machine does happens to all; then how long the first call by gRPC takes, whose classes an AOT
 * cache only has where its training saw some.
 */
public final class StartBenchmark {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final byte[] FIRST = embedding();
  private static final byte[] INFER = infer();
  private static final Map<String, String> GRPC = Map.of("LOCKSTEP_GRPC_PORT", "0");
  private static final Pattern PORT = Pattern.compile("gRPC on port (\\d+)");

  private final String asItRuns;
  private final Path jar;
  private final Path folder;
  private final Map<Variant, List<Double>> ready = new EnumMap<>(Variant.class);
  private final Map<Variant, List<Double>> answered = new EnumMap<>(Variant.class);
  private final Map<Variant, List<Double>> called = new EnumMap<>(Variant.class);

  private StartBenchmark(Path options, Path jar) {
    this.asItRuns = "@" + options;
    this.jar = jar;
    this.folder =
        Objects.requireNonNull(jar.toAbsolutePath().getParent(), "a jar lies in a folder");
  }

  private enum Variant {
    PLAIN("plain", "", "", false),
    CDS(
        "CDS archive",
        "-XX:ArchiveClassesAtExit=%s/inference.jsa",
        "-XX:SharedArchiveFile=%s/inference.jsa",
        true),
    AOT("AOT cache", "-XX:AOTCacheOutput=%s/inference.aot", "-XX:AOTCache=%s/inference.aot", true),
    HTTP_AOT(
        "AOT cache trained by HTTP alone",
        "-XX:AOTCacheOutput=%s/inference-http.aot",
        "-XX:AOTCache=%s/inference-http.aot",
        false);

    private final String label;
    private final String training;
    private final String use;
    private final boolean byGrpc;

    Variant(String label, String training, String use, boolean byGrpc) {
      this.label = label;
      this.training = training;
      this.use = use;
      this.byGrpc = byGrpc;
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
    try (ServerProcess training =
        ServerProcess.start(options, variant.byGrpc ? GRPC : Map.of(), log(variant))) {
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
    try (ServerProcess server = ServerProcess.start(options, GRPC, log(variant))) {
      add(ready, variant, server.awaitReady());
      try (KeptAlive client = new KeptAlive(server.uri())) {
        int status = client.exchange(FIRST);
        if (status != 200) {
          throw new IOException("the first embedding is answered with " + status);
        }
      }
      add(answered, variant, server.sinceStart());
      add(called, variant, firstCall(variant));
      server.terminate();
      server.awaitEnd(PATIENCE);
    }
  }

  /** Of a client that has nothing to load any more. */
  private Duration firstCall(Variant variant) throws IOException {
    Matcher port = PORT.matcher(Files.readString(log(variant)));
    if (!port.find()) {
      throw new IOException("the server does not say its port for gRPC: " + log(variant));
    }
    long start = System.nanoTime();
    try (CallConnection client =
        new CallConnection(
            Integer.parseInt(port.group(1)), "/inference.GRPCInferenceService/ModelInfer")) {
      if (client.exchange(INFER) == 0) {
        throw new IOException("the first call by gRPC is refused");
      }
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static byte[] infer() {
    ByteBuffer ids = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(1);
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder().setModelName("all-MiniLM-L6-v2");
    for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
      request
          .addInputs(
              InferInputTensor.newBuilder()
                  .setName(input)
                  .setDatatype("INT64")
                  .addShape(1)
                  .addShape(1))
          .addRawInputContents(ByteString.copyFrom(ids.rewind()));
    }
    return request.build().toByteArray();
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
            + " first call by gRPC, ms: median | least | largest | file, MB |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    for (Variant variant : Variant.values()) {
      Spread times = Spread.of(of(ready, variant));
      double first = Spread.of(of(answered, variant)).median();
      Spread calls = Spread.of(of(called, variant));
      System.out.printf(
          Locale.ROOT,
          "| %s | %.0f | %.0f | %.0f | %.2f | %.0f | %.2f | %.1f | %.1f | %.1f | %s |%n",
          variant.label,
          times.median(),
          times.least(),
          times.largest(),
          times.median() / Spread.of(of(ready, Variant.PLAIN)).median(),
          first,
          first / Spread.of(of(answered, Variant.PLAIN)).median(),
          calls.median(),
          calls.least(),
          calls.largest(),
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
}
