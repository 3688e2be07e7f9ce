package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.serving.ConnectionLimits;
import dev.lockstep.inference.serving.Connections;
import dev.lockstep.inference.telemetry.ConnectionMetrics;
import dev.lockstep.inference.telemetry.FleetMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connections that are slow, idle, many or greedy, in virtual time. */
final class ConnectionGuardTest {
  private static final ConnectionLimits LIMITS =
      new ConnectionLimits(
          2, 40_000, Duration.ofSeconds(30), Duration.ofSeconds(20), Duration.ofSeconds(120));

  private static final Duration LINGER = Duration.ofSeconds(1);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Connections connections =
      new Connections(LIMITS, new ConnectionMetrics(registry, new FleetMetrics()));

  @Test
  void aClientThatTricklesItsHeadersHasTheTimeOfARequestForIt() {
    EmbeddedChannel slow = connect();
    send(slow, "POST / HTTP/1.1\r\n");

    for (int second = 1; second < 30; second++) {
      pass(slow, Duration.ofSeconds(1));
      send(slow, "x");
    }
    assertThat(slow.isOpen()).isTrue();

    pass(slow, Duration.ofSeconds(1));
    assertThat(written(slow))
        .startsWith("HTTP/1.1 408 Request Timeout\r\n")
        .contains("which is 30000 ms (LOCKSTEP_READ_TIMEOUT)")
        .endsWith("\"code\":\"request_timeout\"}}");
    assertThat(slow.isOpen()).isTrue();

    pass(slow, LINGER);
    assertThat(slow.isOpen()).isFalse();
    assertThat(closed("slow_request")).isEqualTo(1);
  }

  @Test
  void aClientThatTricklesItsBodyHoldsWhatItHasSentUntilItIsClosed() {
    EmbeddedChannel slow = connect();
    send(slow, head(100_000) + "x".repeat(30_000));
    assertThat(held()).isBetween(13_000.0, 14_000.0);

    pass(slow, Duration.ofSeconds(29));
    assertThat(written(slow)).isEmpty();

    pass(slow, Duration.ofSeconds(1));
    assertThat(written(slow)).startsWith("HTTP/1.1 408 ");
    pass(slow, LINGER);
    assertThat(slow.isOpen()).isFalse();
    assertThat(held()).isZero();
  }

  @Test
  void aConnectionWithoutARequestIsClosedAfterAWhile() {
    EmbeddedChannel idle = connect();

    pass(idle, Duration.ofSeconds(119));
    assertThat(idle.isOpen()).isTrue();

    pass(idle, Duration.ofSeconds(1));
    assertThat(idle.isOpen()).isFalse();
    assertThat(closed("idle")).isEqualTo(1);
  }

  @Test
  void aConnectionWhoseRequestIsWorkedOnIsNeitherIdleNorSlow() {
    EmbeddedChannel working = connect();
    send(working, head(5) + "hello");

    pass(working, Duration.ofHours(1));

    assertThat(working.isOpen()).isTrue();
  }

  @Test
  void aConnectionThatIsKeptAliveIsIdleAgainAfterItsAnswer() {
    EmbeddedChannel kept = connect();
    send(kept, head(5) + "hello");
    pass(kept, Duration.ofSeconds(119));
    answer(kept, HttpResponseStatus.OK);

    pass(kept, Duration.ofSeconds(119));
    assertThat(kept.isOpen()).isTrue();

    pass(kept, Duration.ofSeconds(1));
    assertThat(kept.isOpen()).isFalse();
  }

  @Test
  void aContinueIsNoAnswerAndTheBodyStillHasItsTime() {
    EmbeddedChannel careful = connect();
    send(careful, head(5));
    careful.writeOutbound(
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));

    pass(careful, Duration.ofSeconds(30));
    pass(careful, LINGER);
    assertThat(careful.isOpen()).isFalse();
    assertThat(closed("slow_request")).isEqualTo(1);
  }

  @Test
  void anAnswerBeforeTheEndOfItsRequestLeavesTheConnectionUnderWatch() {
    EmbeddedChannel refused = connect();
    send(refused, head(20));
    answer(refused, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);

    pass(refused, Duration.ofSeconds(29));
    send(refused, "x".repeat(20));
    pass(refused, Duration.ofSeconds(119));
    assertThat(refused.isOpen()).isTrue();

    pass(refused, Duration.ofSeconds(1));
    assertThat(refused.isOpen()).isFalse();
    assertThat(closed("idle")).isEqualTo(1);
  }

  @Test
  void oneConnectionTooManyIsClosedAndNoOther() {
    EmbeddedChannel first = connect();
    EmbeddedChannel second = connect();

    EmbeddedChannel third = connect();

    assertThat(third.isOpen()).isFalse();
    assertThat(first.isOpen()).isTrue();
    assertThat(second.isOpen()).isTrue();
    assertThat(closed("too_many_connections")).isEqualTo(1);
    first.close().syncUninterruptibly();
    assertThat(connect().isOpen()).isTrue();
  }

  @Test
  void whoFindsNoRoomIsRefusedUnreadAndASmallRequestNeedsNone() {
    EmbeddedChannel greedy = connect();
    send(greedy, head(100_000) + "x".repeat(50_000));
    assertThat(greedy.isOpen()).isTrue();

    EmbeddedChannel next = connect();
    send(next, head(30_000) + "y".repeat(30_000));

    assertThat(written(next))
        .startsWith("HTTP/1.1 429 Too Many Requests\r\n")
        .contains("\r\nRetry-After: 1\r\n", "\r\nconnection: close\r\n")
        .endsWith("\"code\":\"no_room\"}}");
    // The client has the time to read that before it is hung up on.
    assertThat(next.isOpen()).isTrue();
    pass(next, LINGER);
    assertThat(next.isOpen()).isFalse();
    assertThat(closed("no_room")).isEqualTo(1);

    EmbeddedChannel small = connect();
    send(small, head(5) + "hello");
    answer(small, HttpResponseStatus.OK);
    assertThat(written(small)).startsWith("HTTP/1.1 200 OK");
    greedy.close().syncUninterruptibly();
    assertThat(held()).isZero();
  }

  @Test
  void whoAskedByTheOpenInferenceProtocolIsToldInItsShape() {
    String head = "POST /v2/models/m/infer?x=1 HTTP/1.1\r\nContent-Length: 90000\r\n\r\n";
    EmbeddedChannel slow = connect();
    send(slow, head);
    EmbeddedChannel greedy = connect();
    send(greedy, head);
    send(greedy, "x".repeat(80_000));

    pass(slow, Duration.ofSeconds(30));

    assertThat(written(slow))
        .endsWith(
            "{\"error\":\"the request did not come in the time it has, which is 30000 ms"
                + " (LOCKSTEP_READ_TIMEOUT)\"}");
    assertThat(written(greedy)).endsWith("{\"error\":\"too many bytes are under way\"}");
  }

  @Test
  void aHeadThatComesWithTooManyBytesTellsItsShapeToo() {
    EmbeddedChannel greedy = connect();

    send(
        greedy,
        "POST /v2/models/m/infer HTTP/1.1\r\nContent-Length: 90000\r\n\r\n" + "x".repeat(80_000));

    assertThat(written(greedy)).endsWith("{\"error\":\"too many bytes are under way\"}");
  }

  @Test
  void nobodyIsToldOfASlowRequestInTheMiddleOfAnEarlierAnswer() {
    EmbeddedChannel ahead = connect();
    send(ahead, head(5) + "hello" + "POST / HTTP/1.1\r\n");
    send(ahead, "x: y\r\n");

    pass(ahead, Duration.ofSeconds(30));

    assertThat(written(ahead)).isEmpty();
    assertThat(ahead.isOpen()).isFalse();
  }

  @Test
  void aClientThatDoesNotTakeItsAnswerIsClosedUnlessItCatchesUp() {
    EmbeddedChannel deaf = connect();
    send(deaf, head(5) + "hello");

    takes(deaf, false);
    pass(deaf, Duration.ofSeconds(19));
    takes(deaf, true);
    pass(deaf, Duration.ofSeconds(60));
    assertThat(deaf.isOpen()).isTrue();

    takes(deaf, false);
    pass(deaf, Duration.ofSeconds(20));
    assertThat(deaf.isOpen()).isFalse();
    assertThat(closed("slow_response")).isEqualTo(1);
    assertThat(held()).isZero();
  }

  private EmbeddedChannel connect() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    channel
        .pipeline()
        .addLast(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC, new HttpServerCodec());
    new ConnectionGuard(connections, channel, new BareAnswers(Json.MAPPER)::of)
        .install(new Turnstile(_ -> Optional.empty()));
    return channel;
  }

  private static String head(int length) {
    return "POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n".formatted(length);
  }

  private static void send(EmbeddedChannel channel, String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
    channel.releaseInbound();
  }

  private static void answer(EmbeddedChannel channel, HttpResponseStatus status) {
    FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
    HttpUtil.setContentLength(answer, 0);
    channel.writeOutbound(answer);
  }

  private static String written(EmbeddedChannel channel) {
    StringBuilder text = new StringBuilder();
    for (Optional<ByteBuf> bytes = next(channel); bytes.isPresent(); bytes = next(channel)) {
      text.append(bytes.get().toString(StandardCharsets.US_ASCII));
      bytes.get().release();
    }
    return text.toString();
  }

  private static Optional<ByteBuf> next(EmbeddedChannel channel) {
    return Optional.ofNullable(channel.readOutbound());
  }

  /** Whether the client's socket has room, as Netty tells it. */
  private static void takes(EmbeddedChannel channel, boolean room) {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, room);
    channel.runPendingTasks();
  }

  private static void pass(EmbeddedChannel channel, Duration time) {
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
  }

  private double closed(String reason) {
    return Optional.ofNullable(
            registry.find("inference.connections.closed").tag("reason", reason).counter())
        .map(Counter::count)
        .orElse(0.0);
  }

  private double held() {
    return registry.get("inference.buffered.bytes").gauge().value();
  }
}
