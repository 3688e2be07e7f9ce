package dev.lockstep.drills.ecs;

import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.autoscaling.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A host as ECS knows it: what it registered, and what runs on it. */
public final class ContainerInstance {
  /** The states that are simulated, named as ECS names them. */
  public enum Status {
    ACTIVE,
    DRAINING
  }

  private final Host host;
  private final Resources registered;
  private Instant registeredAt;
  private final List<Task> tasks = new ArrayList<>();
  private Resources free;
  private Instant freedAt;
  private Status status = Status.ACTIVE;

  /**
   * A host whose agent has registered.
   *
   * @param registered what the agent reports: without its driver a host has no GPU
   */
  ContainerInstance(Host host, Resources registered, Instant registeredAt) {
    this.host = host;
    this.registered = registered;
    this.registeredAt = registeredAt;
    this.free = registered;
    this.freedAt = registeredAt;
  }

  public Host host() {
    return host;
  }

  public Resources registered() {
    return registered;
  }

  public Instant registeredAt() {
    return registeredAt;
  }

  /**
   * Its agent registered so much earlier than it seemed, and its host was launched as much earlier.
   */
  public void age(Duration earlier) {
    registeredAt = registeredAt.minus(earlier);
    host.age(earlier);
  }

  /** What no task holds. */
  public Resources free() {
    return free;
  }

  /** When a task last gave back what it had held; when it registered if none ever did. */
  public Instant freedAt() {
    return freedAt;
  }

  public Status status() {
    return status;
  }

  /** Those that hold resources: also the ones that are stopping. */
  public List<Task> tasks() {
    return List.copyOf(tasks);
  }

  /** Whether ECS places tasks on it. */
  public boolean accepts() {
    return status == Status.ACTIVE;
  }

  boolean canHold(Resources each) {
    return status == Status.ACTIVE && free.hold(each);
  }

  void hold(Task task, Resources each) {
    tasks.add(task);
    free = free.minus(each);
  }

  void release(Task task, Resources each, Instant now) {
    if (tasks.remove(task)) {
      free = free.plus(each);
      freedAt = now;
    }
  }

  void becomes(Status next) {
    status = next;
  }
}
