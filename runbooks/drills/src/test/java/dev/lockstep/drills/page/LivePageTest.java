package dev.lockstep.drills.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's server over real sockets, before a desk that writes down what it is told. */
@Timeout(60)
final class LivePageTest {
  private static final long POLL_NANOS = 5_000_000;

  private final Board board = new Board();
  private final List<Order> placed = new CopyOnWriteArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private LivePage page;

  @BeforeEach
  void start() throws BindException {
    page =
        LivePage.start(
            0,
            board,
            order -> {
              placed.add(order);
              return order == Order.BAD_DEPLOYMENT
                  ? new OrderDesk.Answer.Declined("not now")
                  : new OrderDesk.Answer.Done("done: \"" + order.label() + "\"");
            });
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    page.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/live.js", "/charts.js", "/live.css", "/echarts.js", "/icon.svg"})
  void everythingThePageNeedsComesFromItselfUnderAStrictPolicy(String path)
      throws IOException, InterruptedException {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isNotEmpty();
    assertThat(response.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(policy ->
            assertThat(policy)
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http:", "https:", "*"));
    assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
  }

  @Test
  void thePageItselfHasNothingInlineAndNamesNobodyElse() throws IOException, InterruptedException {
    assertThat(get("/").body())
        .doesNotContain("style=", "onclick=", "<style", "://", "{{")
        .doesNotContainPattern("<script>");
    assertThat(get("/live.css").body()).doesNotContain("://", "@import");
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  void everyOrderReachesTheDeskAndItsAnswerComesBack(Order order)
      throws IOException, InterruptedException {
    HttpResponse<String> response = post(order.label(), token());

    assertThat(placed).containsExactly(order);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(JSON.std.mapFrom(response.body()))
        .isEqualTo(
            order == Order.BAD_DEPLOYMENT
                ? Map.of("done", false, "answer", "not now")
                : Map.of("done", true, "answer", "done: \"" + order.label() + "\""));
  }

  @Test
  void everyButtonsOrderExistsAndEveryOrderHasAButton() throws IOException, InterruptedException {
    Matcher matcher = Pattern.compile("data-(?:order|undo)=\"([a-z-]+)\"").matcher(get("/").body());
    List<String> asked = new ArrayList<>();
    while (matcher.find()) {
      asked.add(matcher.group(1));
    }

    assertThat(asked)
        .containsExactlyInAnyOrderElementsOf(Stream.of(Order.values()).map(Order::label).toList());
  }

  @Test
  void anOrderWithoutTheTokenByGetOrFromElsewhereChangesNothing() throws Exception {
    assertThat(post("surge", "0".repeat(48)).statusCode()).isEqualTo(403);
    assertThat(get("/orders/surge").statusCode()).isEqualTo(405);
    assertThat(post("no-such-order", token()).statusCode()).isEqualTo(404);
    assertThat(post("SURGE", token()).statusCode()).isEqualTo(404);
    assertThat(raw("POST /orders/surge HTTP/1.1", "Host: evil.example", tokenLine()))
        .startsWith("HTTP/1.1 403");
    assertThat(
            raw("POST /orders/surge HTTP/1.1", host(), "Origin: http://evil.example", tokenLine()))
        .startsWith("HTTP/1.1 403");
    assertThat(placed).isEmpty();

    assertThat(raw("POST /orders/surge HTTP/1.1", host(), tokenLine())).startsWith("HTTP/1.1 200");
    assertThat(placed).containsExactly(Order.SURGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/events", "/snapshot"})
  void aNameThatWasReboundToThisMachineSeesNothing(String path) throws IOException {
    assertThat(raw("GET %s HTTP/1.1".formatted(path), "Host: evil.example:" + port()))
        .startsWith("HTTP/1.1 403");
  }

  @Test
  void whatIsNotThereIsNotFoundAndNothingIsReadFromTheClassPathByName() throws Exception {
    assertThat(get("/page/live.html").statusCode()).isEqualTo(404);
    assertThat(raw("GET /../logback.xml HTTP/1.1", host())).startsWith("HTTP/1.1 404");
    assertThat(raw("DELETE / HTTP/1.1", host())).startsWith("HTTP/1.1 405");
  }

  @Test
  void theNewestSnapshotCanBeAskedForOnceThereIsOne() throws IOException, InterruptedException {
    assertThat(get("/snapshot").statusCode()).isEqualTo(503);
    board.put(Pictures.at(3));
    assertThat(get("/snapshot").body()).contains("\"second\":3.0");
  }

  @Test
  void itListensOnTheLoopbackAddressAloneAndOnlyOnAFreePort() throws IOException {
    assertThatThrownBy(() -> LivePage.start(port(), board, order -> new OrderDesk.Answer.Done("")))
        .isInstanceOf(BindException.class);
    // Another address of the loopback network is not it.
    try (ServerSocket other = new ServerSocket()) {
      other.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), port()));
      assertThat(other.isBound()).isTrue();
    }
  }

  @Test
  void manyBrowsersSeeEachSnapshotAndAreForgottenWhenTheyGo() throws IOException {
    List<Browser> browsers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      browsers.add(new Browser());
    }
    awaitReaders(40);
    board.put(Pictures.at(1));
    for (Browser browser : browsers) {
      assertThat(browser.snapshot()).contains("\"second\":1.0");
    }

    for (Browser browser : browsers) {
      browser.close();
    }
    // A closed socket is noticed when it is written to.
    for (int second = 2; board.readers() > 0; second++) {
      board.put(Pictures.at(second));
      LockSupport.parkNanos(POLL_NANOS);
    }

    try (Browser reopened = new Browser()) {
      assertThat(reopened.lineWith("event: ")).isEqualTo("event: history");
    }
  }

  /**
   * What such a browser is sent goes into the buffers of the kernel until these are full; then its
   * thread waits, and only the newest snapshot with it.
   */
  @Test
  void aBrowserThatNeverReadsIsHungUpOnAndTheOthersDoNotNotice() throws IOException {
    String longText = "x".repeat(1 << 20);
    try (SocketChannel silent = SocketChannel.open();
        Browser lively = new Browser()) {
      silent.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      silent.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
      silent.write(
          StandardCharsets.US_ASCII.encode("GET /events HTTP/1.1\r\n%s\r\n\r\n".formatted(host())));
      awaitReaders(2);

      for (int second = 1; second <= 20; second++) {
        board.put(Pictures.at(second, longText));
        assertThat(lively.snapshot()).contains("\"second\":%d.0".formatted(second));
      }
      while (board.writing() != 1) {
        LockSupport.parkNanos(POLL_NANOS);
      }
      // Long after: whoever still writes what was begun now is stuck.
      board.endStuck(System.nanoTime() + 3_600_000_000_000L);
      awaitReaders(1);
      board.put(Pictures.at(21));
      assertThat(lively.snapshot()).contains("\"second\":21.0");
    }
  }

  @Test
  void closingEndsEveryStreamAndFreesThePort() throws IOException {
    int port = port();
    try (Browser browser = new Browser()) {
      assertThat(browser.lineWith("event: ")).isEqualTo("event: history");
      page.close();
      assertThat(browser.ended()).isTrue();
    }
    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    awaitReaders(0);
  }

  private void awaitReaders(int count) {
    while (board.readers() != count) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private int port() {
    return page.uri().getPort();
  }

  private String host() {
    return "Host: localhost:" + port();
  }

  private String token() throws IOException, InterruptedException {
    Matcher matcher =
        Pattern.compile("name=\"token\" content=\"([0-9a-f]{48})\"").matcher(get("/").body());
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private String tokenLine() throws IOException, InterruptedException {
    return Guard.TOKEN_HEADER + ": " + token();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(page.uri().resolve(path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String order, String token)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(page.uri() + "orders/" + order))
            .header(Guard.TOKEN_HEADER, token)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The status line; by hand, because a client would not lie about its host. */
  private String raw(String... lines) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket
          .getOutputStream()
          .write(
              (String.join("\r\n", lines) + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return String.valueOf(reader(socket).readLine());
    }
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** An open page; it speaks HTTP/1.0, so that the stream comes without chunks. */
  private final class Browser implements AutoCloseable {
    private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    private final BufferedReader stream = reader(socket);

    Browser() throws IOException {
      socket
          .getOutputStream()
          .write(
              "GET /events HTTP/1.0\r\n%s\r\n\r\n"
                  .formatted(host())
                  .getBytes(StandardCharsets.US_ASCII));
    }

    String snapshot() throws IOException {
      String _ = lineWith("event: snapshot");
      return lineWith("data: ");
    }

    String lineWith(String start) throws IOException {
      String line = stream.readLine();
      while (line != null && !line.startsWith(start)) {
        line = stream.readLine();
      }
      return String.valueOf(line);
    }

    boolean ended() throws IOException {
      String line = stream.readLine();
      while (line != null) {
        line = stream.readLine();
      }
      return true;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
