package dev.lockstep.inference.grpc;

import dev.lockstep.inference.settings.Setting;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.server.HttpServerConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;

/** gRPC's settings; what HTTP has too is as HTTP has it. */
@Factory
final class GrpcWiring {
  @Singleton
  @Requires(property = "lockstep.grpc.port")
  GrpcSettings grpcSettings(
      HttpServerConfiguration http,
      @Property(name = "micronaut.server.port", defaultValue = "8080") @Setting("port")
          int httpPort,
      @Property(name = "lockstep.grpc.port")
          @Setting(value = "port for gRPC", byDefault = "none: off")
          int port,
      @Property(name = "lockstep.grpc.connection-age", defaultValue = "30m")
          @Setting(
              "a connection by gRPC is told to go after this, so that clients without a load"
                  + " balancer between find the tasks that came since")
          Duration age) {
    return new GrpcSettings(
        http.getHost(), port, httpPort, Math.toIntExact(http.getMaxRequestSize()), age);
  }
}
