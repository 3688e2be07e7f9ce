package dev.lockstep.drills.ecs;

import java.time.Instant;

/** The way of one revision into the service. */
public final class Deployment {
  /** Named as ECS names them. */
  public enum Rollout {
    IN_PROGRESS,
    COMPLETED,
    FAILED
  }

  private final String id;
  private final Revision revision;
  private final Instant createdAt;
  private Instant updatedAt;
  private Rollout rollout = Rollout.IN_PROGRESS;
  private int failedTasks;

  Deployment(String id, Revision revision, Instant createdAt) {
    this.id = id;
    this.revision = revision;
    this.createdAt = createdAt;
    this.updatedAt = createdAt;
  }

  public String id() {
    return id;
  }

  public Revision revision() {
    return revision;
  }

  public Instant createdAt() {
    return createdAt;
  }

  /** When its rollout last changed. */
  public Instant updatedAt() {
    return updatedAt;
  }

  public Rollout rollout() {
    return rollout;
  }

  public int failedTasks() {
    return failedTasks;
  }

  void becomes(Rollout next, Instant now) {
    rollout = next;
    updatedAt = now;
  }

  /** Counts one more task that did not make it. */
  void taskFailed() {
    failedTasks++;
  }

  /**
   * Whether so many tasks failed in a row that the circuit breaker opens: half of the desired
   * count, at least 3 and at most 200.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html">Deployment
   *     circuit breaker</a>
   */
  boolean breakerOpens(int desired) {
    return failedTasks >= Math.clamp(Math.ceilDiv(desired, 2), 3, 200);
  }

  /** A task reached health: failures are counted in a row. */
  void taskHealthy() {
    failedTasks = 0;
  }
}
