package dev.lockstep.inference.grpc;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.server.HttpServerConfiguration;
import jakarta.inject.Singleton;

/** gRPC's settings; what HTTP has too is as HTTP has it. */
@Factory
final class GrpcWiring {
  private static final int HTTP_PORT = 8080;

  @Singleton
  @Requires(property = "lockstep.grpc.port")
  GrpcSettings grpcSettings(
      HttpServerConfiguration http, @Property(name = "lockstep.grpc.port") int port) {
    return new GrpcSettings(
        http.getHost(),
        port,
        http.getPort().orElse(HTTP_PORT),
        Math.toIntExact(http.getMaxRequestSize()));
  }
}
