package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.engine.FakeTextEngine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.Width;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that are slow, idle, many or greedy, on real sockets: that the guard is there. What it
 * does when is in {@link ConnectionGuardTest}, where time stands still.
 */
@Timeout(120)
final class SlowClientsTest {
  private static final String EMBED = "{\"model\":\"all-MiniLM-L6-v2\",\"input\":\"hello\"}";
  private static final long POLL_NANOS = 10_000_000;

  private final HeldEngine engine = new HeldEngine();
  private Optional<InferenceServer> running = Optional.empty();

  /** One kept-alive connection, which counts as one. */
  private Optional<HttpTester> client = Optional.empty();

  @AfterEach
  void stop() {
    engine.permits.release(1_000);
    running.ifPresent(InferenceServer::close);
  }

  @Test
  void aClientThatTricklesIsClosedAndHoldsNothingAfter() throws IOException {
    start(Map.of("lockstep.read-timeout", "300ms"));

    assertThat(closedWhileTrickling(head(4_000))).isTrue();

    assertThat(metrics()).contains("closed_total{reason=\"slow_request\"} 1.0");
    awaitNothingHeld();
  }

  @Test
  void aConnectionWithoutARequestIsClosedAfterAWhile() throws IOException {
    start(Map.of("lockstep.idle-timeout", "300ms"));

    try (Socket idle = connect()) {
      assertThat(isClosed(idle)).isTrue();
    }
    // On a connection of its own: those that are kept alive are idle for as long as this test was.
    assertThat(new HttpTester(uri()).get("/metrics").body())
        .contains("closed_total{reason=\"idle\"}");
  }

  @Test
  void oneConnectionTooManyIsClosedAndNoOther() throws IOException {
    start(Map.of("lockstep.max-connections", 3));
    assertThat(metrics()).contains("inference_connections 1.0");

    try (Socket first = connect();
        Socket second = connect()) {
      send(first, head(EMBED.length()) + EMBED);
      send(second, head(EMBED.length()) + EMBED);
      assertThat(firstLine(first)).isEqualTo("HTTP/1.1 200 OK");
      try (Socket third = connect()) {
        assertThat(isClosed(third)).isTrue();
      }
      assertThat(firstLine(second)).isEqualTo("HTTP/1.1 200 OK");
    }
    await("inference_connections 1.0");
    assertThat(metrics()).contains("closed_total{reason=\"too_many_connections\"} 1.0");
  }

  @Test
  void whoFindsNoRoomIsToldSoThoughHeHasNotSentItAll() throws IOException {
    start(Map.of("lockstep.buffer-bytes", 20_000));

    try (Socket greedy = connect()) {
      send(greedy, head(100_000) + "x".repeat(60_000));

      String refusal = new String(greedy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(refusal)
          .startsWith("HTTP/1.1 429 Too Many Requests\r\n")
          .contains("\r\nRetry-After: 1\r\n")
          .endsWith("\"code\":\"no_room\"}}");
    }
    awaitNothingHeld();
    assertThat(metrics()).contains("refused_total{endpoint=\"unread\",reason=\"no_room\"} 1.0");
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedUnreadAndHoldsNothingAfter() throws IOException {
    start(Map.of());

    try (Socket socket = connect()) {
      send(socket, head(5_000_000));
      assertThat(firstLine(socket)).startsWith("HTTP/1.1 413");
    }
    awaitNothingHeld();
  }

  @Test
  void aClientThatDoesNotTakeItsAnswerIsClosedAndTheAnswerLetGo() throws IOException {
    start(Map.of("lockstep.write-timeout", "300ms"));

    try (Socket deaf = new Socket()) {
      deaf.setReceiveBufferSize(4_096);
      deaf.connect(new InetSocketAddress(uri().getHost(), uri().getPort()));
      send(deaf, infer());

      await("closed_total{reason=\"slow_response\"} 1.0");
    }
    awaitNothingHeld();
  }

  private void start(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("lockstep.anonymous", true);
    properties.put("lockstep.budget", "60s");
    InferenceServer server =
        InferenceServer.start(new InferenceServer.Settings(0, Optional.of(engine), properties));
    running = Optional.of(server);
    client = Optional.of(new HttpTester(server.uri()));
  }

  private URI uri() {
    return running.orElseThrow().uri();
  }

  private HttpTester http() {
    return client.orElseThrow();
  }

  private Socket connect() throws IOException {
    return new Socket(uri().getHost(), uri().getPort());
  }

  private static String head(int length) {
    return "POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        + "Content-Length: %d\r\n\r\n".formatted(length);
  }

  private static String infer() {
    String body =
        "{\"inputs\":[{\"name\":\"input_ids\",\"shape\":[1,1],\"datatype\":\"INT64\",\"data\":[1]}]}";
    return "POST /v2/models/all-MiniLM-L6-v2/infer HTTP/1.1\r\nHost: x\r\n"
        + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(body.length(), body);
  }

  private static void send(Socket socket, String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
  }

  /** Sends the beginning, and then a byte at a time for as long as the server takes them. */
  private boolean closedWhileTrickling(String beginning) throws IOException {
    try (Socket slow = connect()) {
      send(slow, beginning);
      while (true) {
        LockSupport.parkNanos(POLL_NANOS);
        send(slow, "x");
      }
    } catch (IOException _) {
      return true;
    }
  }

  /** By a clean end or by a reset. */
  private static boolean isClosed(Socket socket) {
    try {
      return socket.getInputStream().read() == -1;
    } catch (IOException _) {
      return true;
    }
  }

  private static String firstLine(Socket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = socket.getInputStream().read();
        c != '\r' && c != -1;
        c = socket.getInputStream().read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private String metrics() {
    return http().get("/metrics").body();
  }

  private void await(String line) {
    while (!metrics().contains(line)) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** But the bytes of the scrape itself, whose answer is on its way. */
  private void awaitNothingHeld() {
    awaitHeld(bytes -> bytes < 1_000);
  }

  private void awaitHeld(DoublePredicate wanted) {
    while (!wanted.test(held())) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private double held() {
    return metrics()
        .lines()
        .filter(line -> line.startsWith("inference_buffered_bytes "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  /** A run of one token gives four million numbers. */
  private static final class HeldEngine extends FakeTextEngine {
    private static final long WIDE = 4_000_000;

    final Semaphore permits = new Semaphore(1_000);

    HeldEngine() {
      super(/* width= */ -1);
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Width width) {
      permits.acquireUninterruptibly();
      permits.release();
      return zeros(inputs, tokens(inputs) == 1 ? WIDE : 2);
    }
  }
}
