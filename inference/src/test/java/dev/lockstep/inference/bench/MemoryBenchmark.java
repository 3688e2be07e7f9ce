package dev.lockstep.inference.bench;

import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.inference.tiny.OnnxGraph;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A million requests over HTTP against a server process of its own, and then more than it can do:
 * does it need more memory the longer it serves? After each part of the requests the heap is
 * collected, and heap and resident memory are read. Over the last 80 % of them the Theil-Sen slope,
 * times a million requests, must be under 2 % of what there is. Fewer requests cannot tell that: a
 * JVM that is still compiling grows, and what it grows by would be multiplied. They are held
 * against 2 % of their own number, which finds a leak that is as many times larger.
 *
 * <p>Of 100 requests 98 run a model of one operation, one embeds a text with MiniLM in int8, and
 * one is malformed, because errors are paths too.
 */
public final class MemoryBenchmark {
  private static final int CLIENTS = 16;
  private static final int SAMPLES = 50;
  private static final double FLAT = 0.02;
  private static final long ENOUGH = 1_000_000;

  /** Collected heap and all that lies outside of it may not move each other's figures. */
  private static final List<String> JVM = List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");

  private static final byte[] TINY =
      post(
          "/v2/models/tiny/infer",
          "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,4],\"datatype\":\"FP32\","
              + "\"data\":[-1,0,1,2,3.5,-4,5,6]}]}");
  private static final byte[] EMBED =
      post(
          "/v1/embeddings",
          "{\"model\":\"small\",\"input\":\"the same text of a dozen words or so each time\"}");
  private static final byte[] MALFORMED = post("/v2/models/tiny/infer", "{\"inputs\":[{");

  private final ServerProcess server;
  private final List<KeptAlive> clients = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final HttpClient scraper = HttpClient.newHttpClient();

  private MemoryBenchmark(ServerProcess server) {
    this.server = server;
  }

  private record Sample(long requests, long heap, long resident) {}

  /** Argument: how many requests. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    long requests = Long.parseLong(arguments[0]);
    Path folder = Files.createTempDirectory("lockstep-memory");
    models(folder.resolve("models"));
    List<String> options = new ArrayList<>(JVM);
    options.addAll(ServerProcess.ofClassPath());
    try (ServerProcess server =
        ServerProcess.start(
            options,
            Map.of(
                "LOCKSTEP_MODEL",
                folder.resolve("models").toString(),
                "LOCKSTEP_SERVICE",
                "memory",
                "LOCKSTEP_BUDGET",
                "60s"),
            folder.resolve("server.log"))) {
      server.awaitReady();
      boolean flat = new MemoryBenchmark(server).run(requests);
      System.exit(flat ? 0 : 1);
    }
  }

  private static void models(Path folder) throws IOException {
    relu().writeTo(folder.resolve("tiny"), "{\"task\":\"tensors\"}");
    Path small = Files.createDirectories(folder.resolve("small"));
    Files.write(small.resolve("model.onnx"), EmbeddedModel.INT8.onnx());
    Files.write(small.resolve("tokenizer.json"), EmbeddedModel.INT8.tokenizer());
    Files.writeString(
        small.resolve("lockstep.json"),
        "{\"pooling\":\"mean\",\"normalize\":true,\"max_tokens\":128}");
  }

  /** Rows of any number and width, and the same with no number below 0. */
  private static OnnxGraph relu() {
    return new OnnxGraph()
        .input("x", OnnxGraph.FLOAT, "rows", "width")
        .output("y", OnnxGraph.FLOAT, "rows", "width")
        .node("y", "Relu", "x");
  }

  private static byte[] post(String path, String body) {
    return "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, body.length(), body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private boolean run(long requests) throws IOException, InterruptedException {
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new KeptAlive(server.uri()));
    }
    System.out.printf("%,d requests, %d clients, %s%n", requests, CLIENTS, JVM);
    System.out.println("| requests | heap after GC, MB | resident, MB | requests/s |");
    System.out.println("|---|---|---|---|");
    AtomicLong sent = new AtomicLong();
    for (int part = 1; part <= SAMPLES; part++) {
      long begin = System.nanoTime();
      long before = sent.get();
      send(sent, requests * part / SAMPLES);
      double seconds = (System.nanoTime() - begin) / 1e9;
      Sample sample = sample(sent.get());
      samples.add(sample);
      System.out.printf(
          Locale.ROOT,
          "| %,d | %.1f | %.1f | %.0f |%n",
          sample.requests(),
          sample.heap() / 1e6,
          sample.resident() / 1e6,
          (sent.get() - before) / seconds);
    }
    boolean heap = isFlat("heap after GC", samples.stream().map(Sample::heap).toList());
    boolean resident = isFlat("resident", samples.stream().map(Sample::resident).toList());
    boolean bounded = new Overload(server, CLIENTS * 16).isBounded(samples.getLast().resident());
    return heap && resident && bounded;
  }

  private void send(AtomicLong sent, long until) throws InterruptedException {
    ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (KeptAlive client : clients) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (long n = sent.getAndIncrement();
                      n < until && problems.isEmpty();
                      n = sent.getAndIncrement()) {
                    exchange(client, n, problems);
                  }
                } catch (IOException failed) {
                  problems.add(failed.toString());
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    sent.set(until);
    if (!problems.isEmpty()) {
      throw new IllegalStateException("a request failed: " + problems.peek());
    }
  }

  private static void exchange(KeptAlive client, long n, ConcurrentLinkedQueue<String> problems)
      throws IOException {
    int expected = n % 100 == 99 ? 400 : 200;
    byte[] request = n % 100 == 99 ? MALFORMED : n % 100 == 49 ? EMBED : TINY;
    int status = client.exchange(request);
    if (status != expected) {
      problems.add("request %d is answered with %d, not %d".formatted(n, status, expected));
    }
  }

  private Sample sample(long requests) throws IOException, InterruptedException {
    Process collection =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(server.pid()),
                "GC.run")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (collection.waitFor() != 0) {
      throw new IOException("jcmd GC.run failed");
    }
    return new Sample(requests, heap(), server.residentBytes());
  }

  private long heap() throws IOException, InterruptedException {
    HttpResponse<String> scrape =
        scraper.send(
            HttpRequest.newBuilder(server.uri().resolve("/metrics"))
                .timeout(Duration.ofSeconds(30))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return scrape
        .body()
        .lines()
        .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private boolean isFlat(String what, List<Long> values) {
    int warm = values.size() / 5;
    List<Double> slopes = new ArrayList<>();
    for (int i = warm; i < values.size(); i++) {
      for (int j = i + 1; j < values.size(); j++) {
        slopes.add(
            (double) (values.get(j) - values.get(i))
                / (samples.get(j).requests() - samples.get(i).requests()));
      }
    }
    double level =
        Spread.of(values.subList(warm, values.size()).stream().map(Long::doubleValue).toList())
            .median();
    long over = Math.min(ENOUGH, samples.getLast().requests());
    double growth = Spread.of(slopes).median() * over / level;
    boolean flat = growth < FLAT;
    System.out.printf(
        Locale.ROOT,
        "%s: %.1f MB, grows by %+.2f %% in %,d requests: %s%n",
        what,
        level / 1e6,
        100 * growth,
        over,
        flat ? "flat" : "NOT FLAT");
    return flat;
  }
}
