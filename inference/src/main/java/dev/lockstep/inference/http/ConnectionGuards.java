package dev.lockstep.inference.http;

import dev.lockstep.inference.serving.Connections;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Puts a {@link ConnectionGuard} and a {@link Turnstile} into each connection of the HTTP server.
 */
@Singleton
final class ConnectionGuards implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final Connections connections;

  /** Asked for when somebody connects: the server is made before the models are. */
  private final BeanProvider<HeadRefusals> refusals;

  private final BareAnswers answers;

  ConnectionGuards(
      Connections connections, BeanProvider<HeadRefusals> refusals, BareAnswers answers) {
    this.connections = connections;
    this.refusals = refusals;
    this.answers = answers;
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
      connection.ifPresent(channel ->
          new ConnectionGuard(connections, channel, answers::of)
              .install(new Turnstile(refusals.get()::of)));
    }
  }
}
