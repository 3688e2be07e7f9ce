package dev.lockstep.inference.http;

import dev.lockstep.inference.lifecycle.Entrance;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import jakarta.inject.Singleton;

/** Knows the sockets that HTTP listens on, and those that it is spoken on. */
@Singleton
final class HttpEntrance
    implements Entrance, BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final ChannelGroup listeners = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
  private final ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> created) {
    created.getBean().register(new Watch());
    return created.getBean();
  }

  private final class Watch implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      switch (role) {
        case LISTENER -> listeners.add(channel);
        case CONNECTION -> connections.add(channel);
        case REQUEST_STREAM, PUSH_PROMISE_STREAM -> {}
      }
      return this;
    }
  }

  @Override
  public void shut() {
    listeners.close().awaitUninterruptibly();
  }

  @Override
  public int connections() {
    return connections.size();
  }
}
