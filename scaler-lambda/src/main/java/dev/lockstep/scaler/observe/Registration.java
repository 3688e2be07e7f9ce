package dev.lockstep.scaler.observe;

import java.time.Instant;
import java.util.List;

/**
 * One host as ECS knows it: a container instance.
 *
 * @param offered what it has for tasks in all
 * @param remaining what no task holds now; a task that is being stopped holds its own until it has
 * @param registeredAt when its agent first reported
 * @param tasks those that are to run on it, of whatever service
 */
public record Registration(
    State state,
    Resources offered,
    Resources remaining,
    Instant registeredAt,
    List<PlacedTask> tasks) {

  /** What ECS does with it. */
  public enum State {
    /** Places tasks on it. */
    OPEN,
    /** Leaves its tasks and gives it no more, because its agent is not heard from. */
    DISCONNECTED,
    /** Takes its tasks away. */
    DRAINING
  }

  public Registration {
    tasks = List.copyOf(tasks);
  }

  /** Whether ECS can place tasks on it. */
  public boolean accepts() {
    return state == State.OPEN;
  }

  /** No task is here: not even one that is being stopped. */
  public boolean empty() {
    return tasks.isEmpty() && remaining.equals(offered);
  }
}
