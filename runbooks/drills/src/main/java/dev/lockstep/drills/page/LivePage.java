package dev.lockstep.drills.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lockstep.drills.view.SnapshotJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Serves the page on the loopback address: the page itself, snapshots as server-sent events, and
 * the orders of its buttons. Nothing on it comes from elsewhere, and its policy says so to the
 * browser.
 *
 * <pre>
 *   GET  /               the page
 *   GET  /events         a stream of events: history once, then a snapshot each second
 *   GET  /snapshot       the newest snapshot
 *   POST /orders/{name}  one of {@link Order}, with the page's token
 * </pre>
 */
public final class LivePage implements AutoCloseable {
  private static final String LIBRARY = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";
  private static final String ORDERS = "/orders/";
  private static final int TOKEN_BYTES = 24;

  /** Scripts, styles and connections of this page alone; no frame around it, nothing inline. */
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                  + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "Cross-Origin-Opener-Policy", "same-origin",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Referrer-Policy", "no-referrer",
          "X-Content-Type-Options", "nosniff",
          "Cache-Control", "no-store");

  private record Asset(String type, String resource) {}

  private record Outcome(boolean done, String answer) {}

  private static final Map<String, Asset> ASSETS =
      Map.of(
          "/live.css", new Asset("text/css; charset=utf-8", "/page/live.css"),
          "/live.js", new Asset("text/javascript; charset=utf-8", "/page/live.js"),
          "/charts.js", new Asset("text/javascript; charset=utf-8", "/page/charts.js"),
          "/icon.svg", new Asset("image/svg+xml", "/page/icon.svg"),
          "/echarts.js", new Asset("text/javascript; charset=utf-8", LIBRARY));

  private final Board board;
  private final OrderDesk desk;
  private final HttpServer server;
  private final String token = newToken();
  private final Guard guard;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService warden =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("page-warden").daemon().factory());

  private LivePage(HttpServer server, Board board, OrderDesk desk) {
    this.server = server;
    this.board = board;
    this.desk = desk;
    this.guard = new Guard(server.getAddress().getPort(), token);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    var _ =
        warden.scheduleAtFixedRate(() -> board.endStuck(System.nanoTime()), 1, 1, TimeUnit.SECONDS);
  }

  /**
   * Listens on the loopback address.
   *
   * @param port 0 is any free port
   * @throws BindException when the port is in use
   */
  public static LivePage start(int port, Board board, OrderDesk desk) throws BindException {
    try {
      return new LivePage(
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), port), /* backlog= */ 64),
          board,
          desk);
    } catch (BindException taken) {
      throw taken;
    } catch (IOException failed) {
      throw new UncheckedIOException("the page cannot listen on port " + port, failed);
    }
  }

  private static String newToken() {
    byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    return HexFormat.of().formatHex(token);
  }

  /** Where it is to be seen. */
  public URI uri() {
    return URI.create("http://localhost:%d/".formatted(server.getAddress().getPort()));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      HEADERS.forEach(exchange.getResponseHeaders()::set);
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith(ORDERS)) {
        order(exchange, path.substring(ORDERS.length()));
        return;
      }
      Optional<String> refusal = guard.refusesLook(exchange.getRequestHeaders());
      if (refusal.isPresent()) {
        text(exchange, 403, refusal.get());
      } else if (!exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET");
        text(exchange, 405, "%s is only asked for with GET".formatted(path));
      } else {
        show(exchange, path);
      }
    }
  }

  private void show(HttpExchange exchange, String path) throws IOException {
    switch (path) {
      case "/" ->
          send(
              exchange,
              200,
              "text/html; charset=utf-8",
              new String(resource("/page/live.html"), StandardCharsets.UTF_8)
                  .replace("{{token}}", token)
                  .getBytes(StandardCharsets.UTF_8));
      case "/events" -> stream(exchange);
      case "/snapshot" -> {
        Optional<String> newest = board.newest();
        if (newest.isPresent()) {
          json(exchange, 200, newest.get());
        } else {
          text(exchange, 503, "there is no snapshot yet");
        }
      }
      default -> {
        Asset asset = ASSETS.get(path);
        if (asset == null) {
          text(exchange, 404, "there is no %s here".formatted(path));
        } else {
          send(exchange, 200, asset.type(), resource(asset.resource()));
        }
      }
    }
  }

  private void stream(HttpExchange exchange) throws IOException {
    Optional<Reader> joined = board.join();
    if (joined.isEmpty()) {
      text(exchange, 503, "too many pages are open; close one");
      return;
    }
    Reader reader = joined.get();
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, /* chunked */ 0);
      reader.copyTo(exchange.getResponseBody(), System::nanoTime);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      board.leave(reader);
    }
  }

  private void order(HttpExchange exchange, String label) throws IOException {
    Optional<String> refusal = guard.refusesOrder(exchange.getRequestHeaders());
    Optional<Order> order = Order.labelled(label);
    if (!exchange.getRequestMethod().equals("POST")) {
      exchange.getResponseHeaders().set("Allow", "POST");
      text(exchange, 405, "orders are given with POST");
    } else if (refusal.isPresent()) {
      text(exchange, 403, refusal.get());
    } else if (order.isEmpty()) {
      text(exchange, 404, "there is no order '%s'".formatted(label));
    } else {
      json(exchange, 200, answered(desk.place(order.get())));
    }
  }

  /** An order that was declined was understood and answered: that is no error of HTTP's. */
  private static String answered(OrderDesk.Answer answer) {
    boolean done =
        switch (answer) {
          case OrderDesk.Answer.Done _ -> true;
          case OrderDesk.Answer.Declined _ -> false;
        };
    return SnapshotJson.of(new Outcome(done, answer.sentence()));
  }

  private static void text(HttpExchange exchange, int status, String sentence) throws IOException {
    send(
        exchange,
        status,
        "text/plain; charset=utf-8",
        (sentence + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void json(HttpExchange exchange, int status, String json) throws IOException {
    send(exchange, status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream = LivePage.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the class path lacks " + name);
      }
      return stream.readAllBytes();
    }
  }

  /** Ends every stream; threads that write are interrupted. */
  @Override
  public void close() {
    warden.shutdownNow();
    server.stop(/* delay= */ 0);
    threads.shutdownNow();
  }
}
