package dev.lockstep.inference.http;

import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.ConnectionLimits;
import dev.lockstep.inference.serving.Connections;
import dev.lockstep.inference.telemetry.ConnectionMetrics.Reason;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds one connection to the {@link ConnectionLimits}. It is in one of three states, and each has
 * its time:
 *
 * <ul>
 *   <li><b>idle</b>, until the first byte of a request;
 *   <li><b>reading</b>, until its last: a client that sends a byte now and then is not idle, and
 *       still holds what it has sent;
 *   <li><b>answering</b>, for as long as the request's own deadline lets it, but with a limit once
 *       the client does not take what is written.
 * </ul>
 *
 * <p>All of it happens on the connection's event loop.
 */
final class ConnectionGuard {
  /** A method, and a path without its query. */
  private static final Pattern REQUEST_LINE = Pattern.compile("[A-Z]+ (/[^ ?]*)");

  private static final String MESSAGES = "lockstep-messages";
  private static final Duration LINGER = Duration.ofSeconds(1);

  /**
   * What a request may bring without asking for room. Most bring less, so that who holds all the
   * room with large requests that never end keeps out nobody but others of the kind.
   */
  private static final long FREE_BYTES = 16_384;

  private final Connections connections;
  private final Channel channel;
  private final BiFunction<String, ApiException, FullHttpResponse> refusals;

  /** Room that requests hold which are complete and have no answer yet, one entry a request. */
  private final Queue<Long> answering = new ArrayDeque<>();

  /** Bytes of the request that is being read. */
  private long arrived;

  /** One does for idle and reading, which exclude each other. */
  private final Countdown arrival;

  private final Countdown taking;
  private boolean reading;

  /** Answers that went out before their request had come in whole, such as 413. */
  private int answeredBefore;

  private boolean refused;

  /** What the request that is being read begins with; its head says it better when it has come. */
  private String firstLine = "";

  private Optional<String> path = Optional.empty();

  /**
   * Guards a connection.
   *
   * @param refusals the answer that tells whoever asked for a path of an error
   */
  ConnectionGuard(
      Connections connections,
      Channel channel,
      BiFunction<String, ApiException, FullHttpResponse> refusals) {
    this.connections = connections;
    this.channel = channel;
    this.refusals = refusals;
    this.arrival = new Countdown(channel.eventLoop());
    this.taking = new Countdown(channel.eventLoop());
  }

  /**
   * The bytes are seen before the codec, where a request begins, and its messages after it.
   *
   * @param next what the messages come to then
   */
  void install(ChannelHandler next) {
    ChannelPipeline pipeline = channel.pipeline();
    String codec = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
    if (pipeline.get(codec) == null) {
      return;
    }
    boolean welcome = connections.opened();
    channel.closeFuture().addListener(_ -> closed());
    if (!welcome) {
      give(Reason.TOO_MANY_CONNECTIONS);
      return;
    }
    pipeline.addBefore(codec, "lockstep-bytes", new Bytes());
    pipeline.addAfter(codec, "lockstep-turnstile", next);
    pipeline.addAfter(codec, MESSAGES, new Messages());
    waitAsIdle();
  }

  private void closed() {
    connections.closed();
    arrival.close();
    taking.close();
    connections.release(room(arrived));
    answering.forEach(connections::release);
    answering.clear();
    arrived = 0;
  }

  private static long room(long bytes) {
    return Math.max(0, bytes - FREE_BYTES);
  }

  private void waitAsIdle() {
    arrival.set(connections.limits().idle(), () -> give(Reason.IDLE));
  }

  private void waitForRequest() {
    Duration most = connections.limits().read();
    arrival.set(most, () -> endRequest(ApiException.tooSlow(most), Reason.SLOW_REQUEST));
  }

  /** The client is told why, unless another answer is being written where this would go. */
  private void endRequest(ApiException why, Reason reason) {
    refused = true;
    if (answering.isEmpty() && answeredBefore == 0) {
      tell(why, reason);
    } else {
      give(reason);
    }
  }

  private void tell(ApiException why, Reason reason) {
    FullHttpResponse answer = refusals.apply(path.or(this::pathInFirstLine).orElse(""), why);
    answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    // Past the handlers that know of requests: to them this one has not come.
    channel.pipeline().context(MESSAGES).writeAndFlush(answer).addListener(_ -> linger(reason));
  }

  /** Gives the connection up. */
  private void give(Reason reason) {
    connections.metrics().closed(reason);
    ChannelFuture _ = channel.close();
  }

  private final class Bytes extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (refused) {
        ReferenceCountUtil.release(message);
        return;
      }
      if (message instanceof ByteBuf bytes) {
        if (!reading) {
          reading = true;
          firstLine = firstLine(bytes);
          path = Optional.empty();
          waitForRequest();
        }
        long held = room(arrived);
        arrived += bytes.readableBytes();
        long more = room(arrived) - held;
        if (more > 0 && !connections.hold(more)) {
          connections.metrics().refused();
          endRequest(ApiException.noRoom("too many bytes are under way"), Reason.NO_ROOM);
          ReferenceCountUtil.release(message);
          return;
        }
      }
      context.fireChannelRead(message);
    }
  }

  /** Of the bytes that begin a request, if they have all of it. */
  private static String firstLine(ByteBuf bytes) {
    int end = bytes.bytesBefore((byte) '\n');
    return bytes.toString(bytes.readerIndex(), Math.max(0, end), StandardCharsets.ISO_8859_1);
  }

  private Optional<String> pathInFirstLine() {
    return Optional.of(REQUEST_LINE.matcher(firstLine))
        .filter(Matcher::lookingAt)
        .map(line -> line.group(1));
  }

  /** Closing with bytes unread resets the connection, and the answer may be lost with it. */
  private void linger(Reason reason) {
    if (channel instanceof DuplexChannel duplex) {
      ChannelFuture _ = duplex.shutdownOutput();
    }
    arrival.set(LINGER, () -> give(reason));
  }

  private final class Messages extends ChannelDuplexHandler {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest head) {
        path = Optional.of(head.uri());
      }
      if (message instanceof LastHttpContent) {
        arrival.stop();
        reading = false;
        answering.add(room(arrived));
        arrived = 0;
        if (answeredBefore > 0) {
          answeredBefore--;
          answered();
        }
      }
      context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      ChannelPromise told = promise.unvoid();
      if (message instanceof ByteBufHolder content) {
        long held = content.content().readableBytes();
        connections.hold(held);
        told.addListener(_ -> connections.release(held));
      }
      if (Turnstile.endsAnswer(message)) {
        told.addListener((ChannelFutureListener) _ -> answered());
      }
      ChannelFuture _ = context.write(message, told);
    }

    private void answered() {
      if (answering.isEmpty()) {
        answeredBefore++;
        return;
      }
      connections.release(answering.remove());
      if (answering.isEmpty() && !reading && channel.isOpen()) {
        waitAsIdle();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (channel.isWritable()) {
        taking.stop();
      } else {
        taking.set(connections.limits().write(), () -> give(Reason.SLOW_RESPONSE));
      }
      context.fireChannelWritabilityChanged();
    }
  }
}
