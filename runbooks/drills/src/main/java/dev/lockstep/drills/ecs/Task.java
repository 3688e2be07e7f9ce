package dev.lockstep.drills.ecs;

import java.time.Instant;

/** One task of the service, from its placement on. */
public final class Task {
  /** As far as ECS and the load balancer see it. */
  public enum State {
    /** Placed on a host; the image is being pulled. */
    PENDING,
    /** The container runs; the model is being loaded. */
    RUNNING,
    /** Healthy at the load balancer. ECS still says RUNNING. */
    SERVING,
    /** On its way out. It holds its GPUs until it has stopped. */
    STOPPING,
    STOPPED
  }

  private final String id;
  private final long index;
  private final Revision revision;
  private final ContainerInstance instance;
  private final Instant placedAt;
  private State state = State.PENDING;

  Task(long index, Revision revision, ContainerInstance instance, Instant placedAt) {
    this.id = "task-%d".formatted(index);
    this.index = index;
    this.revision = revision;
    this.instance = instance;
    this.placedAt = placedAt;
  }

  public String id() {
    return id;
  }

  /** Counts the service's tasks from 1 on. */
  public long index() {
    return index;
  }

  public Revision revision() {
    return revision;
  }

  public ContainerInstance instance() {
    return instance;
  }

  public Instant placedAt() {
    return placedAt;
  }

  public State state() {
    return state;
  }

  /** Neither stopped nor about to. */
  public boolean alive() {
    return switch (state) {
      case PENDING, RUNNING, SERVING -> true;
      case STOPPING, STOPPED -> false;
    };
  }

  /** As ECS counts: a task that still loads its model runs. */
  public boolean running() {
    return switch (state) {
      case RUNNING, SERVING -> true;
      case PENDING, STOPPING, STOPPED -> false;
    };
  }

  /** Its instance is being emptied. */
  boolean displaced() {
    return instance.status() == ContainerInstance.Status.DRAINING;
  }

  void becomes(State next) {
    state = next;
  }
}
