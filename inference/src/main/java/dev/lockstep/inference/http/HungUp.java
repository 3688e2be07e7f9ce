package dev.lockstep.inference.http;

import dev.lockstep.inference.batching.Cancellation;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;

/** Watches a request's connection: a caller that hung up costs no device time. */
final class HungUp {
  private HungUp() {}

  /**
   * Cancels when the connection closes.
   *
   * @return ends the watch, because a connection outlives its requests
   */
  static Runnable cancels(HttpRequest<?> request, Cancellation cancellation) {
    if (!(request instanceof NettyHttpRequest<?> netty)) {
      return () -> {};
    }
    ChannelFuture closed = netty.getChannelHandlerContext().channel().closeFuture();
    ChannelFutureListener listener = _ -> cancellation.cancel();
    closed.addListener(listener);
    return () -> closed.removeListener(listener);
  }
}
