package dev.lockstep.inference.serving;

import dev.lockstep.inference.telemetry.ConnectionMetrics;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All connections of the server, whatever they speak: adds up how many there are and what they
 * hold.
 */
@Singleton
public final class Connections {
  private final ConnectionLimits limits;
  private final ConnectionMetrics metrics;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** None is open yet. */
  public Connections(ConnectionLimits limits, ConnectionMetrics metrics) {
    this.limits = limits;
    this.metrics = metrics;
    metrics.watch(open, bytes);
  }

  public ConnectionLimits limits() {
    return limits;
  }

  public ConnectionMetrics metrics() {
    return metrics;
  }

  /** Counts a connection; false when it is one too many, which is to be closed. */
  public boolean opened() {
    return open.incrementAndGet() <= limits.connections();
  }

  public void closed() {
    open.decrementAndGet();
  }

  /** Holds so many bytes more; false when they are more than there is room for. */
  public boolean hold(long more) {
    return bytes.addAndGet(more) <= limits.bytes();
  }

  public void release(long less) {
    bytes.addAndGet(-less);
  }
}
