package dev.lockstep.inference.lifecycle;

import java.util.concurrent.atomic.AtomicReference;

/** Whether the load balancer may send requests. It goes one way: starting, ready, draining. */
public final class Readiness {
  /** The phases of a server's life. */
  public enum Phase {
    STARTING,
    READY,
    DRAINING
  }

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTING);

  public Phase phase() {
    return phase.get();
  }

  public boolean isReady() {
    return phase() == Phase.READY;
  }

  /** Warm-up is over. A server that drains already stays so. */
  public void warmedUp() {
    phase.compareAndSet(Phase.STARTING, Phase.READY);
  }

  /** No new requests, please; those under way are finished. */
  public void drain() {
    phase.set(Phase.DRAINING);
  }
}
