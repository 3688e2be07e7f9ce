package dev.lockstep.inference.grpc;

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
      throw new IllegalArgumentException(
          "LOCKSTEP_GRPC_PORT is %d; 0 to %d are ports".formatted(port, LAST_PORT));
    }
    if (port != 0 && port == httpPort) {
      throw new IllegalArgumentException(
          "LOCKSTEP_GRPC_PORT is %d, which is HTTP's (MICRONAUT_SERVER_PORT); each has its own"
              .formatted(port));
    }
  }

  InetSocketAddress address() {
    return host.map(name -> new InetSocketAddress(name, port))
        .orElseGet(() -> new InetSocketAddress(port));
  }
}
