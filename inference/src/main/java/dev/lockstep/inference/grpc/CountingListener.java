package dev.lockstep.inference.grpc;

import dev.lockstep.inference.serving.Connections;
import dev.lockstep.inference.telemetry.ConnectionMetrics.Reason;
import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;

/**
 * The listening socket, which closes a connection too many as soon as it is accepted, and bounds
 * the streams of the others: gRPC has no bound of its own. Those of HTTP are counted with them.
 */
final class CountingListener extends NioServerSocketChannel {
  private final Connections connections;

  CountingListener(Connections connections) {
    this.connections = connections;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int before = accepted.size();
    int read = super.doReadMessages(accepted);
    List<Object> fresh = accepted.subList(before, accepted.size());
    fresh.removeIf(channel -> channel instanceof Channel connection && !isWelcome(connection));
    return read;
  }

  private boolean isWelcome(Channel connection) {
    if (connections.opened()) {
      connection.closeFuture().addListener(_ -> connections.closed());
      connection.pipeline().addFirst(new StreamBounds(GrpcServer.CALLS_A_CONNECTION));
      return true;
    }
    connections.closed();
    connections.metrics().closed(Reason.TOO_MANY_CONNECTIONS);
    connection.unsafe().closeForcibly();
    return false;
  }
}
