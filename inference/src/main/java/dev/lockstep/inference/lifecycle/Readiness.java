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
  private volatile boolean shut;

  public Phase phase() {
    return phase.get();
  }

  public boolean isReady() {
    return phase() == Phase.READY;
  }

  /**
   * Whether a request that comes now is served: by a ready server, and by one that drains until it
   * has told its clients, for what they have sent already is not theirs to lose.
   */
  public boolean admits() {
    return switch (phase()) {
      case STARTING -> false;
      case READY -> true;
      case DRAINING -> !shut;
    };
  }

  /** Everybody has been told, or has had the time to be. */
  public void shut() {
    shut = true;
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
