package dev.lockstep.scaler.packaged;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An account's three services behind one address, each in its own wire format.
 *
 * <p>It answers for as many names as are asked for. Any operation can be made to fail, so many
 * times.
 */
final class AwsServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<WireFormat> formats;
  private final Deque<String> calls = new ConcurrentLinkedDeque<>();
  private int answering;
  private long since;
  private Duration busy = Duration.ZERO;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, ConcurrentLinkedDeque<Fault>> faults = new ConcurrentHashMap<>();

  /** What happens instead of an answer. */
  sealed interface Fault {
    /** A refusal with its code. */
    record Refusal(int status, String code) implements Fault {}

    /** The connection stays open and nothing comes. */
    record Silence() implements Fault {}
  }

  /** One service's protocol: who the request is for, the answer, and how an error looks. */
  interface WireFormat {
    /** The operation that is asked for, or nothing when another service is. */
    Optional<String> operation(HttpExchange exchange, byte[] body);

    /** Of every answer. */
    Map<String, String> headers();

    /**
     * Does what is asked.
     *
     * @throws IllegalArgumentException when AWS would refuse it
     */
    byte[] answer(String operation, byte[] body) throws IOException;

    byte[] error(String code, String message);
  }

  AwsServer(FakeAccount account) {
    formats =
        List.of(new EcsJson(account), new CloudWatchCbor(account), new AutoScalingQuery(account));
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException noPort) {
      throw new IllegalStateException("no port of loopback is free", noPort);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The operations that were asked for since {@link #heal}, in order, tries included. */
  List<String> calls() {
    return List.copyOf(calls);
  }

  /** The next so many calls of an operation meet a fault. */
  void fail(String operation, Fault fault, int times) {
    faults
        .computeIfAbsent(operation, _ -> new ConcurrentLinkedDeque<>())
        .addAll(Collections.nCopies(times, fault));
  }

  /** All is well from now on, and nothing has been asked. */
  void heal() {
    faults.clear();
    calls.clear();
  }

  /** For how long any call was being answered, since the beginning. */
  synchronized Duration busy() {
    return busy;
  }

  private synchronized void begin() {
    if (answering++ == 0) {
      since = System.nanoTime();
    }
  }

  private synchronized void end() {
    if (--answering == 0) {
      busy = busy.plusNanos(System.nanoTime() - since);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    byte[] body;
    try (InputStream stream = exchange.getRequestBody()) {
      body = stream.readAllBytes();
    }
    for (WireFormat format : formats) {
      Optional<String> operation = format.operation(exchange, body);
      if (operation.isPresent()) {
        calls.add(operation.get());
        begin();
        try {
          serve(exchange, format, operation.get(), body);
        } finally {
          end();
        }
        return;
      }
    }
    exchange.sendResponseHeaders(404, -1);
    exchange.close();
  }

  private void serve(HttpExchange exchange, WireFormat format, String operation, byte[] body)
      throws IOException {
    Optional<Fault> fault =
        Optional.ofNullable(faults.get(operation)).map(ConcurrentLinkedDeque::poll);
    if (fault.isEmpty()) {
      answer(exchange, format, operation, body);
      return;
    }
    switch (fault.get()) {
      case Fault.Refusal(int status, String code) ->
          send(exchange, format, status, format.error(code, "made to fail"));
      case Fault.Silence _ -> {
        try {
          closed.await();
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
        exchange.close();
      }
    }
  }

  private static void answer(
      HttpExchange exchange, WireFormat format, String operation, byte[] body) throws IOException {
    int status = 200;
    byte[] answer;
    try {
      answer = format.answer(operation, body);
    } catch (IllegalArgumentException refused) {
      status = 400;
      answer = format.error("ValidationError", String.valueOf(refused.getMessage()));
    }
    send(exchange, format, status, answer);
  }

  private static void send(HttpExchange exchange, WireFormat format, int status, byte[] body)
      throws IOException {
    format.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(status, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
