package dev.lockstep.inference.grpc;

import dev.lockstep.inference.settings.UnusableSettingException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where gRPC listens, and how much a message may be.
 *
 * @param host the HTTP server's; empty for all addresses
 * @param port 0 is any free one
 * @param httpPort the HTTP server's, which is another
 * @param mostBytes of a message: as HTTP's body
 */
record GrpcSettings(Optional<String> host, int port, int httpPort, int mostBytes) {
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
  }

  InetSocketAddress address() {
    return host.map(name -> new InetSocketAddress(name, port))
        .orElseGet(() -> new InetSocketAddress(port));
  }
}
