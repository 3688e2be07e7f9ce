package dev.lockstep.inference.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.function.Function;

/**
 * Stands on one connection before the framework: a request that is refused by its head goes no
 * further. Its body is taken in and let go, so that the connection serves the next.
 *
 * <p>Only while nothing is under way on the connection, because answers leave in the order of their
 * requests. Whoever sends ahead of the answers is left to the {@link Door}.
 */
final class Turnstile extends ChannelDuplexHandler {
  private final Function<HttpRequest, Optional<FullHttpResponse>> refusal;

  /** Requests that went through and have no whole answer yet. */
  private int underWay;

  private boolean swallowing;

  Turnstile(Function<HttpRequest, Optional<FullHttpResponse>> refusal) {
    this.refusal = refusal;
  }

  /** Whether this message is the end of an answer: 100 Continue asks for more, and is none. */
  static boolean endsAnswer(Object message) {
    return message instanceof LastHttpContent
        && !(message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest head) {
      swallowing = refuse(context, head);
      underWay += swallowing ? 0 : 1;
    }
    if (!swallowing) {
      context.fireChannelRead(message);
      return;
    }
    swallowing = !(message instanceof LastHttpContent);
    ReferenceCountUtil.release(message);
  }

  private boolean refuse(ChannelHandlerContext context, HttpRequest head) {
    Optional<FullHttpResponse> answer = underWay == 0 ? refusal.apply(head) : Optional.empty();
    answer.ifPresent(refused -> {
      ChannelFuture _ = context.writeAndFlush(refused);
    });
    return answer.isPresent();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (endsAnswer(message)) {
      underWay--;
    }
    ChannelFuture _ = context.write(message, promise);
  }
}
