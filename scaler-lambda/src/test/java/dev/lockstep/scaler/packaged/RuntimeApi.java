package dev.lockstep.scaler.packaged;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Lambda's side of a function: hands out invocations and takes their answers.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Runtime API</a>
 */
final class RuntimeApi implements AutoCloseable {
  private static final String ROOT = "/2018-06-01/runtime/";
  private static final String ARN = "arn:aws:lambda:us-east-1:111122223333:function:scaler";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private final Map<String, Invocation> running = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> restored = new CompletableFuture<>();
  private final CompletableFuture<String> initError = new CompletableFuture<>();

  private static final class Invocation {
    final String id = UUID.randomUUID().toString();
    final CompletableFuture<Answer> answer = new CompletableFuture<>();
    final byte[] payload;
    final Duration timeout;
    volatile long handedOver;

    Invocation(byte[] payload, Duration timeout) {
      this.payload = payload;
      this.timeout = timeout;
    }

    Duration took() {
      return Duration.ofNanos(System.nanoTime() - handedOver);
    }
  }

  RuntimeApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException noPort) {
      throw new IllegalStateException("no port of loopback is free", noPort);
    }
    server.setExecutor(threads);
    server.createContext(ROOT + "invocation/", this::invocation);
    server.createContext(ROOT + "init/error", this::failedInit);
    server.createContext(ROOT + "restore/next", this::restoreNext);
    server.start();
  }

  /** As {@code AWS_LAMBDA_RUNTIME_API} wants it. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Done when the function asks for its first invocation, or for its restore. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  /** Done when the function could not be made; what it said of that. */
  CompletableFuture<String> initError() {
    return initError;
  }

  /** Restores a function that waits as a snapshot. */
  void restore() {
    restored.complete(null);
  }

  /** Hands an invocation over as soon as the function asks for one. */
  CompletableFuture<Answer> invoke(byte[] payload, Duration timeout) {
    Invocation invocation = new Invocation(payload, timeout);
    waiting.add(invocation);
    return invocation.answer;
  }

  private void invocation(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(ROOT.length());
    if (path.equals("invocation/next")) {
      next(exchange);
      return;
    }
    String[] parts = path.split("/", -1);
    Invocation invocation = Objects.requireNonNull(running.remove(parts[1]), path);
    Duration took = invocation.took();
    String body = body(exchange);
    send(exchange, 202, "{}".getBytes(StandardCharsets.UTF_8));
    invocation.answer.complete(
        parts[2].equals("response")
            ? new Answer.Returned(body, took)
            : new Answer.Failed(body, took));
  }

  private void next(HttpExchange exchange) throws IOException {
    ready.complete(null);
    Invocation invocation;
    try {
      invocation = waiting.take();
    } catch (InterruptedException _) {
      exchange.close();
      return;
    }
    running.put(invocation.id, invocation);
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", "application/json");
    headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id);
    headers.set("Lambda-Runtime-Invoked-Function-Arn", ARN);
    headers.set(
        "Lambda-Runtime-Deadline-Ms",
        Long.toString(Instant.now().plus(invocation.timeout).toEpochMilli()));
    invocation.handedOver = System.nanoTime();
    send(exchange, 200, invocation.payload);
  }

  private void failedInit(HttpExchange exchange) throws IOException {
    String said = body(exchange);
    send(exchange, 202, "{}".getBytes(StandardCharsets.UTF_8));
    initError.complete(said);
  }

  private void restoreNext(HttpExchange exchange) throws IOException {
    ready.complete(null);
    restored.join();
    send(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8));
  }

  private static String body(HttpExchange exchange) throws IOException {
    try (InputStream body = exchange.getRequestBody()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    restored.complete(null);
    server.stop(0);
    threads.shutdownNow();
  }
}
