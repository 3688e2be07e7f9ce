package dev.lockstep.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.bench.ServerProcess;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real SIGTERM to a server process in the middle of its work. */
@Timeout(240)
final class TerminationTest {
  /** More than the device does at once, so that most of what was accepted still waits. */
  private static final int CLIENTS = 32;

  /** What the process has at most: the default stop timeout is 60 s, deregistration takes 90 s. */
  private static final Duration GRACE = Duration.ofSeconds(25);

  private static final long POLL_NANOS = 10_000_000;
  private static final Duration THOUGHT = Duration.ofSeconds(1);

  @TempDir Path folder;

  @Test
  void everyRequestThatWasSentIsAnsweredAndTheProcessEndsInTime() throws Exception {
    try (ServerProcess server = start()) {
      CountDownLatch answered = new CountDownLatch(10 * CLIENTS);
      List<CompletableFuture<Client>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Client client = new Client(server.uri(), answered);
        clients.add(
            CompletableFuture.supplyAsync(client::askUntilTold, Thread::startVirtualThread));
      }
      answered.await();

      long signal = System.nanoTime();
      server.terminate();
      int status = server.awaitEnd(GRACE);
      Duration took = Duration.ofNanos(System.nanoTime() - signal);

      assertThat(clients).map(CompletableFuture::join).allMatch(client -> client.lost == 0);
      assertThat(clients)
          .map(CompletableFuture::join)
          .allMatch(client -> client.statuses.stream().allMatch(code -> code == 200));
      // Each was told that its answer is the last, and asked no more.
      assertThat(clients).map(CompletableFuture::join).allMatch(client -> client.told);
      assertThat(status).isEqualTo(128 + 15);
      assertThat(took).isLessThan(GRACE);
    }
  }

  /**
   * The client thought while the server was told to end: its connection was idle and its request is
   * on its way when others are turned away.
   */
  @Test
  void aClientThatWasNotToldBeforeIsServedOnceMoreThoughNobodyNewIs() throws Exception {
    try (ServerProcess server = start();
        Client thinking = new Client(server.uri(), new CountDownLatch(1));
        Client silent = new Client(server.uri(), new CountDownLatch(1))) {
      thinking.ask();
      silent.ask();
      assertThat(thinking.told).isFalse();

      server.terminate();
      awaitRefusal(server.uri());
      // Long after idle connections would be closed by a server that does not wait for them.
      LockSupport.parkNanos(THOUGHT.toNanos());
      thinking.ask();

      assertThat(thinking.statuses).containsExactly(200, 200);
      assertThat(thinking.told).isTrue();
      silent.hangUp();
      assertThat(server.awaitEnd(GRACE)).isEqualTo(128 + 15);
    }
  }

  private ServerProcess start() throws IOException {
    List<String> options = new ArrayList<>(List.of("-Xmx512m"));
    options.addAll(ServerProcess.ofClassPath());
    ServerProcess server =
        ServerProcess.start(
            options,
            Map.of(
                "LOCKSTEP_BUDGET", "20s",
                "LOCKSTEP_DTYPE", "int8",
                "LOCKSTEP_LAME_DUCK", "60s"),
            folder.resolve("server.log"));
    server.awaitReady();
    return server;
  }

  /** Until a connection is refused: each that is not is given up without a request. */
  private static void awaitRefusal(URI server) throws IOException {
    while (true) {
      try (Socket _ = new Socket(server.getHost(), server.getPort())) {
        LockSupport.parkNanos(POLL_NANOS);
      } catch (ConnectException _) {
        return;
      }
    }
  }

  /** Asks without a pause on one connection, until an answer says that it is the last. */
  private static final class Client implements AutoCloseable {
    private static final byte[] REQUEST = request();

    private final Socket socket;
    private final InputStream in;
    private final CountDownLatch answered;
    private final List<Integer> statuses = new ArrayList<>();
    private int lost;
    private boolean told;

    Client(URI server, CountDownLatch answered) throws IOException {
      this.socket = new Socket(server.getHost(), server.getPort());
      this.in = new BufferedInputStream(socket.getInputStream());
      this.answered = answered;
    }

    private static byte[] request() {
      String body =
          "{\"model\":\"all-MiniLM-L6-v2\",\"encoding_format\":\"base64\",\"input\":\"%s\"}"
              .formatted("some words of a text that takes a while ".repeat(8));
      return ("POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body))
          .getBytes(StandardCharsets.US_ASCII);
    }

    Client askUntilTold() {
      try (Client _ = this) {
        while (!told) {
          ask();
        }
      } catch (IOException _) {
        // What was asked and not answered is lost.
      }
      return this;
    }

    void ask() throws IOException {
      socket.getOutputStream().write(REQUEST);
      lost++;
      statuses.add(answer(in));
      lost--;
      answered.countDown();
    }

    void hangUp() throws IOException {
      socket.close();
    }

    @Override
    public void close() throws IOException {
      hangUp();
    }

    private int answer(InputStream in) throws IOException {
      int status = Integer.parseInt(line(in).split(" ", 3)[1]);
      int length = 0;
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        String plain = header.toLowerCase(Locale.ROOT);
        if (plain.startsWith("content-length:")) {
          length = Integer.parseInt(plain.substring(15).strip());
        }
        told |= plain.equals("connection: close");
      }
      if (in.readNBytes(length).length < length) {
        throw new IOException("cut off");
      }
      return status;
    }

    private static String line(InputStream in) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("closed");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }
  }
}
