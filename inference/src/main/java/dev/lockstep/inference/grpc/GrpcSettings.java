package dev.lockstep.inference.grpc;

import dev.lockstep.inference.settings.Bounds;
import dev.lockstep.inference.settings.UnusableSettingException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Where gRPC listens, and how much a message may be.
 *
 * @param host the HTTP server's; empty for all addresses
 * @param port 0 is any free one
 * @param httpPort the HTTP server's, which is another
 * @param mostBytes of a message: as HTTP's body
 * @param age after which a connection is told to go, so that clients without a load balancer
 *     between find the tasks that came since; gRPC makes less than a second one
 */
record GrpcSettings(Optional<String> host, int port, int httpPort, int mostBytes, Duration age) {
  private static final int LAST_PORT = 65_535;

  GrpcSettings {
    if (port < 0 || port > LAST_PORT) {
      throw new UnusableSettingException(
          "LOCKSTEP_GRPC_PORT is %d, which is no port; %s"
              .formatted(port, UnusableSettingException.PORTS));
    }
    if (port != 0 && port == httpPort) {
      throw new UnusableSettingException(
          "LOCKSTEP_GRPC_PORT and MICRONAUT_SERVER_PORT are both %d; each needs its own: %s"
              .formatted(port, UnusableSettingException.PORTS));
    }
    Bounds.requirePositive("LOCKSTEP_GRPC_CONNECTION_AGE", age, "30m");
  }

  InetSocketAddress address() {
    return host.map(name -> new InetSocketAddress(name, port))
        .orElseGet(() -> new InetSocketAddress(port));
  }
}
