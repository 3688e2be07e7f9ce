package dev.lockstep.inference.grpc;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the streams of one connection where gRPC leaves them to the client's good will:
 *
 * <ul>
 *   <li>the most at once hold from the first byte, not from when the client says that it has read
 *       them, which it need not;
 *   <li>a stream that was answered before its request had come, as a call without a key is, is not
 *       kept for the rest: whoever never ends it is reset.
 * </ul>
 *
 * <p>Neither has a call that counts, so that without this anybody could hold the heap with them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.1">RFC 9113, section 8.1: a server
 *     that has answered may reset the rest with NO_ERROR</a>
 */
final class StreamBounds extends ChannelInboundHandlerAdapter {
  /** As HTTP's guard lingers: the client has the time to end it by itself. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private final int most;

  StreamBounds(int most) {
    this.most = most;
  }

  /** The first bytes: by now gRPC has put its handler into the connection. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Optional.ofNullable(context.pipeline().context(Http2ConnectionHandler.class))
        .ifPresent(http2 -> {
          bound(http2, (Http2ConnectionHandler) http2.handler());
          context.pipeline().remove(this);
        });
    context.fireChannelRead(message);
  }

  private void bound(ChannelHandlerContext context, Http2ConnectionHandler http2) {
    http2.connection().remote().maxActiveStreams(most);
    http2
        .connection()
        .addListener(
            new Http2ConnectionAdapter() {
              @Override
              public void onStreamHalfClosed(Http2Stream stream) {
                if (isAnswered(stream)) {
                  Future<?> _ =
                      context
                          .executor()
                          .schedule(
                              () -> reset(context, http2, stream),
                              LINGER.toNanos(),
                              TimeUnit.NANOSECONDS);
                }
              }
            });
  }

  private static boolean isAnswered(Http2Stream stream) {
    return stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL;
  }

  private static void reset(
      ChannelHandlerContext context, Http2ConnectionHandler http2, Http2Stream stream) {
    if (isAnswered(stream)) {
      ChannelFuture _ =
          http2.resetStream(context, stream.id(), Http2Error.NO_ERROR.code(), context.newPromise());
      context.flush();
    }
  }
}
