package dev.lockstep.drills.live;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lockstep.drills.traffic.SharedTally;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends each request to the target with the fewest outstanding, and measures what becomes of it.
 */
final class LocalLoadBalancer implements AutoCloseable {
  private static final Duration TARGET_TIMEOUT = Duration.ofSeconds(30);
  private static final int LARGEST_BODY_BYTES = 5 << 20;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final List<String> PASSED_ON = List.of("Content-Type", "Authorization", "Accept");

  /**
   * Where requests go.
   *
   * @param died counted down when its host is gone and nobody has noticed: it is sent requests, and
   *     never answers
   * @param forgotten counted down when it is sent nothing more
   */
  private record Target(
      URI uri, AtomicInteger outstanding, CountDownLatch died, CountDownLatch forgotten) {
    Target(URI uri) {
      this(uri, new AtomicInteger(), new CountDownLatch(1), new CountDownLatch(1));
    }

    boolean isDead() {
      return died.getCount() == 0;
    }
  }

  private final SharedTally tally;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
  private final List<Target> targets = new CopyOnWriteArrayList<>();

  private LocalLoadBalancer(HttpServer server, SharedTally tally) {
    this.server = server;
    this.tally = tally;
    server.setExecutor(threads);
    server.createContext("/", this::forward);
    server.start();
  }

  /**
   * Listens on localhost.
   *
   * @throws PortTakenException when the port is in use
   */
  static LocalLoadBalancer start(int port, SharedTally tally) {
    try {
      return new LocalLoadBalancer(
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), port), /* backlog= */ 1024),
          tally);
    } catch (BindException _) {
      throw new PortTakenException(port, "the load balancer");
    } catch (IOException failed) {
      throw new IllegalStateException("the load balancer cannot listen on port " + port, failed);
    }
  }

  /** Where it listens, also when it was free to choose. */
  URI uri() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  /** A task that is healthy takes requests from now on. */
  void register(URI target) {
    targets.add(new Target(target));
  }

  /** Sends a task nothing new; what it has begun it finishes. */
  void deregister(URI target) {
    List<Target> gone = at(target);
    targets.removeAll(gone);
    gone.forEach(known -> known.forgotten().countDown());
  }

  /**
   * A task's host is gone. What the task was doing gets no answer, and neither does what it is sent
   * until it is deregistered, because its health checks have failed.
   */
  void lose(URI target) {
    at(target).forEach(known -> known.died().countDown());
  }

  private List<Target> at(URI uri) {
    return targets.stream().filter(known -> known.uri().equals(uri)).toList();
  }

  /** Requests that dead tasks hold fail now. */
  void forgetTheDead() {
    targets.stream().filter(Target::isDead).map(Target::uri).toList().forEach(this::deregister);
  }

  /** Whether a target answers its health check, which is asked over HTTP as an ALB does. */
  boolean healthy(URI target) {
    try {
      return client
              .send(
                  HttpRequest.newBuilder(target.resolve("/healthz"))
                      .timeout(TARGET_TIMEOUT)
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void forward(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional<Target> target = leastOutstanding();
      if (target.isEmpty()) {
        tally.unrouted();
        answer(exchange, 503, Map.of(), Answers.NO_TASK.getBytes(StandardCharsets.UTF_8));
        return;
      }
      byte[] body = body(exchange);
      if (body.length > LARGEST_BODY_BYTES) {
        answer(exchange, 413, Map.of(), "body too large\n".getBytes(StandardCharsets.UTF_8));
        return;
      }
      tally.arrived();
      target.get().outstanding().incrementAndGet();
      try {
        forward(exchange, target.get(), body);
      } finally {
        target.get().outstanding().decrementAndGet();
      }
    }
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    try (InputStream stream = exchange.getRequestBody()) {
      return stream.readNBytes(LARGEST_BODY_BYTES + 1);
    }
  }

  private Optional<Target> leastOutstanding() {
    return targets.stream().min(Comparator.comparingInt(target -> target.outstanding().get()));
  }

  private void forward(HttpExchange exchange, Target target, byte[] body) throws IOException {
    long start = System.nanoTime();
    try {
      Optional<HttpResponse<byte[]>> response = ask(target, request(exchange, target, body));
      if (response.isEmpty()) {
        tally.failed();
        answer(exchange, 504, Map.of(), Answers.TARGET_GONE.getBytes(StandardCharsets.UTF_8));
        return;
      }
      measure(response.get().statusCode(), (System.nanoTime() - start) / 1e6);
      answer(
          exchange,
          response.get().statusCode(),
          response.get().headers().map(),
          response.get().body());
    } catch (IOException failed) {
      tally.failed();
      answer(exchange, 502, Map.of(), (failed + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      tally.failed();
    }
  }

  /** Nothing comes from a host that is gone, and a caller waits for it until that is noticed. */
  private Optional<HttpResponse<byte[]>> ask(Target target, HttpRequest request)
      throws IOException, InterruptedException {
    if (target.isDead()) {
      target.forgotten().await();
      return Optional.empty();
    }
    try {
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (!target.isDead()) {
        return Optional.of(response);
      }
    } catch (IOException failed) {
      if (!target.isDead()) {
        throw failed;
      }
    }
    target.forgotten().await();
    return Optional.empty();
  }

  private void measure(int status, double millis) {
    if (status == TOO_MANY_REQUESTS) {
      tally.refused();
    } else if (status >= 500) {
      tally.failed();
    } else {
      tally.served(millis);
    }
  }

  private static HttpRequest request(HttpExchange exchange, Target target, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at(target, exchange.getRequestURI()))
            .timeout(TARGET_TIMEOUT)
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    for (String name : PASSED_ON) {
      Optional.ofNullable(exchange.getRequestHeaders().getFirst(name))
          .ifPresent(value -> request.header(name, value));
    }
    return request.build();
  }

  /**
   * Path and query only, behind the target's own address: a path like //host leads nowhere else.
   */
  private static URI at(Target target, URI asked) {
    String query = Optional.ofNullable(asked.getRawQuery()).map(text -> "?" + text).orElse("");
    return URI.create(target.uri() + asked.getRawPath() + query);
  }

  private static void answer(
      HttpExchange exchange, int status, Map<String, List<String>> headers, byte[] body)
      throws IOException {
    for (String name : List.of("content-type", "retry-after", "www-authenticate")) {
      headers
          .getOrDefault(name, List.of())
          .forEach(value -> exchange.getResponseHeaders().add(name, value));
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(/* delay= */ 0);
    client.shutdownNow();
    threads.shutdownNow();
  }
}
