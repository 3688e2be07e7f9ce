package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One connection with a turnstile that lets nobody to {@code /late} pass. */
final class TurnstileTest {
  private final EmbeddedChannel connection =
      new EmbeddedChannel(new HttpServerCodec(), new Turnstile(TurnstileTest::refusal));

  @AfterEach
  void close() {
    connection.finishAndReleaseAll();
  }

  @Test
  void whoIsRefusedIsToldBeforeHisBodyHasCome() {
    send("POST /late HTTP/1.1\r\nContent-Length: 4\r\n\r\n");

    assertThat(received()).startsWith("HTTP/1.1 429");
    assertThat(passed()).isEmpty();
  }

  @Test
  void theBodyOfWhoIsRefusedIsLetGoAndTheNextRequestPasses() {
    send("POST /late HTTP/1.1\r\nContent-Length: 4\r\n\r\nlo");
    send("stPOST /now HTTP/1.1\r\nContent-Length: 0\r\n\r\n");

    assertThat(passed()).containsExactly("/now");
  }

  @Test
  void eachOfSeveralInOnePacketIsToldInTurn() {
    send("POST /late HTTP/1.1\r\nContent-Length: 1\r\n\r\na".repeat(3));

    assertThat(received().split("HTTP/1.1 429", -1)).hasSize(4);
    assertThat(passed()).isEmpty();
  }

  @Test
  void nobodyIsToldBeforeTheOneWhoAskedBeforeHim() {
    send("POST /now HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    send("POST /late HTTP/1.1\r\nContent-Length: 0\r\n\r\n");

    assertThat(received()).isEmpty();
    assertThat(passed()).containsExactly("/now", "/late");
  }

  @Test
  void onceAllIsAnsweredTheNextMayBeRefused() {
    send("POST /now HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    answer(HttpResponseStatus.OK);
    send("POST /late HTTP/1.1\r\nContent-Length: 0\r\n\r\n");

    assertThat(received()).contains("HTTP/1.1 200", "HTTP/1.1 429");
    assertThat(passed()).containsExactly("/now");
  }

  @Test
  void beingAskedForTheRestIsNoAnswer() {
    send("POST /now HTTP/1.1\r\nContent-Length: 1\r\n\r\n");
    answer(HttpResponseStatus.CONTINUE);
    send("aPOST /late HTTP/1.1\r\nContent-Length: 0\r\n\r\n");

    assertThat(received()).doesNotContain("429");
    assertThat(passed()).containsExactly("/now", "/late");
  }

  private static Optional<FullHttpResponse> refusal(HttpRequest request) {
    return request.uri().equals("/late")
        ? Optional.of(response(HttpResponseStatus.TOO_MANY_REQUESTS))
        : Optional.empty();
  }

  private static FullHttpResponse response(HttpResponseStatus status) {
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
    HttpUtil.setContentLength(response, 0);
    return response;
  }

  private void send(String bytes) {
    connection.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
  }

  private void answer(HttpResponseStatus status) {
    connection.writeOutbound(response(status));
  }

  /** Paths of the requests that came through. */
  private List<String> passed() {
    List<String> paths = new ArrayList<>();
    for (Object message : List.copyOf(connection.inboundMessages())) {
      if (message instanceof HttpRequest request) {
        paths.add(request.uri());
      }
    }
    return paths;
  }

  /** What the client has received. */
  private String received() {
    StringBuilder received = new StringBuilder();
    for (Object message : List.copyOf(connection.outboundMessages())) {
      if (message instanceof ByteBuf bytes) {
        received.append(bytes.toString(StandardCharsets.US_ASCII));
      }
    }
    return received.toString();
  }
}
