package dev.lockstep.inference.serving;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/** Settings of connections; every one with a default is named here. */
@Factory
final class ConnectionWiring {
  /**
   * Requests are parsed to some times their bytes, so an eighth of the heap is what they may be.
   */
  private static final int SHARE_OF_HEAP = 8;

  @Singleton
  ConnectionLimits connectionLimits(
      @Property(name = "lockstep.max-connections", defaultValue = "2048") int connections,
      @Property(name = "lockstep.buffer-bytes") Optional<Long> bytes,
      @Property(name = "lockstep.read-timeout", defaultValue = "30s") Duration read,
      @Property(name = "lockstep.write-timeout", defaultValue = "30s") Duration write,
      @Property(name = "lockstep.idle-timeout", defaultValue = "120s") Duration idle) {
    return new ConnectionLimits(
        connections,
        bytes.orElseGet(() -> Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP),
        read,
        write,
        idle);
  }
}
