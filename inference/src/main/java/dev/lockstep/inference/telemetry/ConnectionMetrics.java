package dev.lockstep.inference.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Connections, for Prometheus: how many, what they hold, and why some were closed. */
@Singleton
public final class ConnectionMetrics {
  private final MeterRegistry registry;
  private final FleetMetrics fleet;

  public ConnectionMetrics(MeterRegistry registry, FleetMetrics fleet) {
    this.registry = registry;
    this.fleet = fleet;
  }

  /** Why the server closed one. */
  public enum Reason {
    TOO_MANY_CONNECTIONS,
    NO_ROOM,
    SLOW_REQUEST,
    SLOW_RESPONSE,
    IDLE
  }

  public void watch(AtomicInteger open, AtomicLong bytes) {
    Gauge.builder("inference.connections", open, AtomicInteger::get)
        .description("connections that are open")
        .register(registry);
    Gauge.builder("inference.buffered.bytes", bytes, AtomicLong::get)
        .description("of large requests and of answers that connections hold")
        .register(registry);
  }

  public void closed(Reason reason) {
    registry
        .counter("inference.connections.closed", "reason", reason.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  /** A request that was refused before it was read is demand like any other. */
  public void refused() {
    fleet.arrived();
    fleet.refused();
    registry
        .counter("inference.requests.refused", "endpoint", "unread", "reason", "no_room")
        .increment();
  }
}
