package dev.lockstep.inference.serving;

import dev.lockstep.inference.settings.Setting;
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
      @Property(name = "lockstep.max-connections", defaultValue = "2048")
          @Setting("open connections; one more is closed at once")
          int connections,
      @Property(name = "lockstep.buffer-bytes")
          @Setting(
              value =
                  "requests beyond their first 16 KiB, and answers, that all connections together"
                      + " may buffer; beyond it 429, unread",
              byDefault = "an eighth of the heap")
          Optional<Long> bytes,
      @Property(name = "lockstep.read-timeout", defaultValue = "30s")
          @Setting("from a request's first byte to its last")
          Duration read,
      @Property(name = "lockstep.write-timeout", defaultValue = "30s")
          @Setting("for a client that does not take its answer")
          Duration write,
      @Property(name = "lockstep.idle-timeout", defaultValue = "120s")
          @Setting("a connection without a request; longer than the load balancer's (60 s)")
          Duration idle) {
    return new ConnectionLimits(
        connections,
        bytes.orElseGet(() -> Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP),
        read,
        write,
        idle);
  }
}
