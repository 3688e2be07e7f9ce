package dev.lockstep.inference.lifecycle;

import jakarta.inject.Singleton;

/**
 * Whether this task can serve, and why not: what load balancers and probes of all protocols ask.
 */
@Singleton
public final class Health {
  private final Readiness readiness;
  private final Liveness liveness;
  private final Models models;

  public Health(Readiness readiness, Liveness liveness, Models models) {
    this.readiness = readiness;
    this.liveness = liveness;
    this.models = models;
  }

  /** What a task can be in. Only one that is ready can serve. */
  public enum State {
    STARTING,
    READY,
    /** Nothing but an operator's load cures it: every model was unloaded. */
    EMPTY,
    /** Nothing but a new task cures it: the device hangs. */
    STUCK,
    DRAINING
  }

  public State state() {
    if (!liveness.isAlive()) {
      return State.STUCK;
    }
    return switch (readiness.phase()) {
      case STARTING -> State.STARTING;
      case READY -> models.isEmpty() ? State.EMPTY : State.READY;
      case DRAINING -> State.DRAINING;
    };
  }

  public boolean canServe() {
    return state() == State.READY;
  }
}
