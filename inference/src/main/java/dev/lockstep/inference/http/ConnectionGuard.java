package dev.lockstep.inference.http;

import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.ConnectionLimits;
import dev.lockstep.inference.serving.Connections;
import dev.lockstep.inference.telemetry.ConnectionMetrics.Reason;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.Unpooled;
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
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

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
  /** There is no room for one more request: as {@link ApiException#refused} says it elsewhere. */
  private static final byte[] NO_ROOM = answer();

  private final Connections connections;
  private final Channel channel;

  private static final Duration LINGER = Duration.ofSeconds(1);

  /**
   * What a request may bring without asking for room. Most bring less, so that who holds all the
   * room with large requests that never end keeps out nobody but others of the kind.
   */
  private static final long FREE_BYTES = 16_384;

  /** Room that requests hold which are complete and have no answer yet, one entry a request. */
  private final Queue<Long> answering = new ArrayDeque<>();

  /** Bytes of the request that is being read. */
  private long arrived;

  private Optional<Future<?>> arrival = Optional.empty();
  private Optional<Future<?>> taking = Optional.empty();
  private boolean reading;

  /** Answers that went out before their request had come in whole, such as 413. */
  private int answeredBefore;

  private boolean refused;

  ConnectionGuard(Connections connections, Channel channel) {
    this.connections = connections;
    this.channel = channel;
  }

  private static byte[] answer() {
    String body =
        "{\"error\":{\"message\":\"too many bytes are under way\","
            + "\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"no_room\"}}";
    return """
    HTTP/1.1 429 Too Many Requests\r
    Retry-After: 1\r
    Connection: close\r
    Content-Type: application/json\r
    Content-Length: %d\r
    \r
    %s\
    """
        .formatted(body.length(), body)
        .getBytes(StandardCharsets.US_ASCII);
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
    pipeline.addAfter(codec, "lockstep-messages", new Messages());
    waitFor(connections.limits().idle(), Reason.IDLE);
  }

  private void closed() {
    connections.closed();
    arrival.ifPresent(timer -> timer.cancel(false));
    taking.ifPresent(timer -> timer.cancel(false));
    connections.release(room(arrived));
    answering.forEach(connections::release);
    answering.clear();
    arrived = 0;
  }

  private static long room(long bytes) {
    return Math.max(0, bytes - FREE_BYTES);
  }

  /** One timer does for idle and reading, which exclude each other. */
  private void waitFor(Duration most, Reason reason) {
    stopWaiting();
    arrival = Optional.of(later(most, reason));
  }

  private void stopWaiting() {
    arrival.ifPresent(timer -> timer.cancel(false));
    arrival = Optional.empty();
  }

  private Future<?> later(Duration most, Reason reason) {
    return channel.eventLoop().schedule(() -> give(reason), most.toNanos(), TimeUnit.NANOSECONDS);
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
          waitFor(connections.limits().read(), Reason.SLOW_REQUEST);
        }
        long held = room(arrived);
        arrived += bytes.readableBytes();
        long more = room(arrived) - held;
        if (more > 0 && !connections.hold(more)) {
          refuse(context);
          ReferenceCountUtil.release(message);
          return;
        }
      }
      context.fireChannelRead(message);
    }

    /** Says so, unless an answer to an earlier request is being written where this would go. */
    private void refuse(ChannelHandlerContext context) {
      refused = true;
      connections.metrics().refused();
      if (answering.isEmpty()) {
        context.writeAndFlush(Unpooled.wrappedBuffer(NO_ROOM)).addListener(_ -> linger());
      } else {
        give(Reason.NO_ROOM);
      }
    }
  }

  /** Closing with bytes unread resets the connection, and the answer may be lost with it. */
  private void linger() {
    if (channel instanceof DuplexChannel duplex) {
      ChannelFuture _ = duplex.shutdownOutput();
    }
    waitFor(LINGER, Reason.NO_ROOM);
  }

  private final class Messages extends ChannelDuplexHandler {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof LastHttpContent) {
        stopWaiting();
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
        waitFor(connections.limits().idle(), Reason.IDLE);
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      taking.ifPresent(timer -> timer.cancel(false));
      taking =
          channel.isWritable()
              ? Optional.empty()
              : Optional.of(later(connections.limits().write(), Reason.SLOW_RESPONSE));
      context.fireChannelWritabilityChanged();
    }
  }
}
