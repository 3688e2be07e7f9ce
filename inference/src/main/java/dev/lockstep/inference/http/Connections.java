package dev.lockstep.inference.http;

import dev.lockstep.inference.telemetry.ConnectionMetrics;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** All connections of the server: puts a {@link ConnectionGuard} into each, and adds up. */
@Singleton
final class Connections implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final ConnectionLimits limits;
  private final ConnectionMetrics metrics;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  Connections(ConnectionLimits limits, ConnectionMetrics metrics) {
    this.limits = limits;
    this.metrics = metrics;
    metrics.watch(open, bytes);
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> created) {
    created.getBean().register(new Customizer(Optional.empty()));
    return created.getBean();
  }

  private final class Customizer implements NettyServerCustomizer {
    private final Optional<Channel> connection;

    Customizer(Optional<Channel> connection) {
      this.connection = connection;
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return role == ChannelRole.CONNECTION ? new Customizer(Optional.of(channel)) : this;
    }

    @Override
    public void onInitialPipelineBuilt() {
      connection.ifPresent(channel -> new ConnectionGuard(Connections.this, channel).install());
    }
  }

  ConnectionLimits limits() {
    return limits;
  }

  ConnectionMetrics metrics() {
    return metrics;
  }

  /** Counts a connection; false when it is one too many, which is to be closed. */
  boolean opened() {
    return open.incrementAndGet() <= limits.connections();
  }

  void closed() {
    open.decrementAndGet();
  }

  /** Holds so many bytes more; false when they are more than there is room for. */
  boolean hold(long more) {
    return bytes.addAndGet(more) <= limits.bytes();
  }

  void release(long less) {
    bytes.addAndGet(-less);
  }
}
