package dev.lockstep.inference.bench;

import com.google.protobuf.ByteString;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.tiny.OnnxGraph;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferRequest.InferInputTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The same tensor by HTTP in its binary form and by gRPC in its raw form, in turns, on a model that
 * does nothing: what is left is what the protocols cost. Each client is a thread and a connection,
 * and as lean by one protocol as by the other.
 */
public final class ProtocolBenchmark {
  private static final int CLIENTS = 32;
  private static final List<Integer> WIDTHS = List.of(384, 12_000);
  private static final Duration WARM_UP = Duration.ofSeconds(8);

  /** Asks once, and fails where the answer is none. */
  private interface Asking extends AutoCloseable {
    void ask() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Makes one client. */
  private interface Protocol {
    Asking connect() throws IOException;
  }

  private ProtocolBenchmark() {}

  /** Arguments: seconds a cell, rounds. */
  public static void main(String[] arguments) throws IOException {
    Duration cell = Duration.ofMillis(Math.round(Double.parseDouble(arguments[0]) * 1000));
    int rounds = Integer.parseInt(arguments[1]);
    Path models = Files.createTempDirectory("protocols");
    for (int width : WIDTHS) {
      OnnxGraph.identity(ElementType.FP32, "batch", width)
          .writeTo(models.resolve("floats-" + width), "{}");
    }
    Map<String, Object> settings =
        Map.of(
            "lockstep.anonymous",
            true,
            "lockstep.grpc.port",
            0,
            "lockstep.model",
            models.toString());
    try (InferenceServer server =
        InferenceServer.start(new InferenceServer.Settings(0, Optional.empty(), settings))) {
      System.out.printf(
          Locale.ROOT,
          "%d clients, answers a second; %.1f s a cell, medians of %d rounds, least and largest%n",
          CLIENTS,
          cell.toMillis() / 1e3,
          rounds);
      System.out.println("| floats in a row | HTTP, binary | gRPC, raw | gRPC / HTTP |");
      System.out.println("|---|---|---|---|");
      for (int width : WIDTHS) {
        compare(server, width, cell, rounds);
      }
    }
  }

  private static void compare(InferenceServer server, int width, Duration cell, int rounds) {
    int port = server.grpcPort().orElseThrow();
    byte[] request = http(width);
    byte[] message = grpc(width);
    Protocol http = () -> new ByHttp(new KeptAlive(server.uri()), request);
    Protocol grpc =
        () ->
            new ByGrpc(
                new CallConnection(port, "/inference.GRPCInferenceService/ModelInfer"), message);
    List<Double> byHttp = new ArrayList<>();
    List<Double> byGrpc = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    double _ = perSecond(http, WARM_UP);
    double _ = perSecond(grpc, WARM_UP);
    for (int round = 0; round < rounds; round++) {
      byHttp.add(perSecond(http, cell));
      byGrpc.add(perSecond(grpc, cell));
      ratios.add(byGrpc.getLast() / byHttp.getLast());
    }
    System.out.printf(
        "| %d | %s | %s | %s |%n",
        width, shown(byHttp, "%.0f"), shown(byGrpc, "%.0f"), shown(ratios, "%.2f"));
  }

  private static double perSecond(Protocol protocol, Duration time) {
    AtomicLong answers = new AtomicLong();
    long end = System.nanoTime() + time.toNanos();
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          CompletableFuture.runAsync(
              () -> askUntil(end, protocol, answers), task -> Thread.ofPlatform().start(task)));
    }
    clients.forEach(CompletableFuture::join);
    return answers.get() / (time.toNanos() / 1e9);
  }

  private static void askUntil(long end, Protocol protocol, AtomicLong answers) {
    try (Asking client = protocol.connect()) {
      while (System.nanoTime() < end) {
        client.ask();
        answers.incrementAndGet();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  // Nobody compares two of them.
  @SuppressWarnings("ArrayRecordComponent")
  private record ByHttp(KeptAlive connection, byte[] request) implements Asking {
    @Override
    public void ask() throws IOException {
      int status = connection.exchange(request);
      if (status != 200) {
        throw new IOException("HTTP answers " + status);
      }
    }

    @Override
    public void close() throws IOException {
      connection.close();
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record ByGrpc(CallConnection connection, byte[] message) implements Asking {
    @Override
    public void ask() throws IOException {
      if (connection.exchange(message) == 0) {
        throw new IOException("gRPC refuses");
      }
    }

    @Override
    public void close() throws IOException {
      connection.close();
    }
  }

  private static byte[] http(int width) {
    int bytes = width * Float.BYTES;
    String json =
        """
        {"parameters":{"binary_data_output":true},"inputs":[{"name":"x","shape":[1,%d],\
        "datatype":"FP32","parameters":{"binary_data_size":%d}}]}\
        """
            .formatted(width, bytes);
    String head =
        """
        POST /v2/models/floats-%d/infer HTTP/1.1\r
        Host: localhost\r
        Content-Type: application/octet-stream\r
        X-Request-Timeout-Ms: 10000\r
        Inference-Header-Content-Length: %d\r
        Content-Length: %d\r
        \r
        %s\
        """
            .formatted(width, json.length(), json.length() + bytes, json);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(new byte[bytes]);
    return request.toByteArray();
  }

  private static byte[] grpc(int width) {
    return ModelInferRequest.newBuilder()
        .setModelName("floats-" + width)
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("x")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(width))
        .addRawInputContents(ByteString.copyFrom(new byte[width * Float.BYTES]))
        .build()
        .toByteArray();
  }

  private static String shown(List<Double> values, String format) {
    Spread spread = Spread.of(values);
    return String.format(
        Locale.ROOT,
        "%s (%s to %s)".formatted(format, format, format),
        spread.median(),
        spread.least(),
        spread.largest());
  }
}
