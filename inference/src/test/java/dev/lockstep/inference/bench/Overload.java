package dev.lockstep.inference.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * More than a server can do, by all means at once: clients that ask without a pause for far more
 * than the device computes, clients that never finish a large request, and clients that never take
 * a large answer. Its memory must stay bounded, and it must serve when they have gone.
 */
final class Overload {
  /** Of what it was before: netty's pools and the buffers of a full house. */
  private static final double MOST = 1.5;

  private static final Duration LENGTH = Duration.ofSeconds(30);
  private static final int SLOW_WRITERS = 300;
  private static final int SLOW_READERS = 100;
  private static final long POLL_NANOS = 200_000_000;

  private static final byte[] LARGE = large();
  private static final byte[] SHORT = embedding("\"a text of some words\"", "");

  private final ServerProcess server;
  private final int clients;
  private final AtomicBoolean over = new AtomicBoolean();
  private final LongAdder served = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder cut = new LongAdder();

  Overload(ServerProcess server, int clients) {
    this.server = server;
    this.clients = clients;
  }

  private static byte[] large() {
    StringBuilder texts = new StringBuilder("\"a text of some words\"");
    for (int i = 1; i < 64; i++) {
      texts.append(",\"a text of some words\"");
    }
    return embedding("[" + texts + "]", "X-Request-Timeout-Ms: 60000\r\n");
  }

  private static byte[] embedding(String input, String headers) {
    String body = "{\"model\":\"small\",\"input\":%s}".formatted(input);
    return head(body.length(), headers, body);
  }

  private static byte[] head(int length, String headers, String body) {
    return ("POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + headers
            + "Content-Length: %d\r\n\r\n%s".formatted(length, body))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Loads the server, and tells whether it stayed within bounds. */
  boolean isBounded(long before) throws IOException, InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      threads.add(Thread.ofVirtual().start(this::ask));
    }
    for (int i = 0; i < SLOW_WRITERS; i++) {
      threads.add(Thread.ofVirtual().start(this::writeSlowly));
    }
    for (int i = 0; i < SLOW_READERS; i++) {
      threads.add(Thread.ofVirtual().start(this::neverRead));
    }
    long end = System.nanoTime() + LENGTH.toNanos();
    long peak = before;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(POLL_NANOS);
      peak = Math.max(peak, server.residentBytes());
    }
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    boolean serves;
    try (KeptAlive client = new KeptAlive(server.uri())) {
      serves = client.exchange(LARGE) == 200;
    }
    boolean bounded = peak <= MOST * before;
    System.out.printf(
        Locale.ROOT,
        "overload: %d served, %d refused, %d connections cut; resident %.1f MB before, %.1f MB at"
            + " most: %s; serves after it: %s%n",
        served.sum(),
        refused.sum(),
        cut.sum(),
        before / 1e6,
        peak / 1e6,
        bounded ? "bounded" : "NOT BOUNDED",
        serves);
    return bounded && serves;
  }

  private void ask() {
    byte[] request = SHORT;
    while (!over.get()) {
      try (KeptAlive client = new KeptAlive(server.uri())) {
        while (!over.get()) {
          if (client.exchange(request) == 200) {
            served.increment();
          } else {
            refused.increment();
          }
        }
      } catch (IOException _) {
        cut.increment();
      }
    }
  }

  /** Four megabytes are promised, and sent by a hundred kilobytes a second. */
  private void writeSlowly() {
    byte[] part = "x".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
    while (!over.get()) {
      try (Socket socket = connect()) {
        socket.getOutputStream().write(head(4_000_000, "", ""));
        while (!over.get()) {
          socket.getOutputStream().write(part);
          LockSupport.parkNanos(POLL_NANOS);
        }
      } catch (IOException _) {
        cut.increment();
      }
    }
  }

  private void neverRead() {
    while (!over.get()) {
      try (Socket socket = connect()) {
        while (!over.get()) {
          socket.getOutputStream().write(LARGE);
          LockSupport.parkNanos(POLL_NANOS);
        }
      } catch (IOException _) {
        cut.increment();
      }
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress(server.uri().getHost(), server.uri().getPort()));
    return socket;
  }
}
