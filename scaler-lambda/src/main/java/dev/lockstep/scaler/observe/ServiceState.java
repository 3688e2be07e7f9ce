package dev.lockstep.scaler.observe;

import java.time.Instant;
import java.util.Optional;

/**
 * One ECS service as ECS reports it.
 *
 * @param desired tasks asked for
 * @param running tasks in RUNNING
 * @param pending tasks placed on a host and not yet running
 * @param deployments revisions being run; more than one is a deployment in progress
 * @param deployedAt when the newest of them last changed
 * @param begunAt when the newest of them began, which never changes
 * @param rollingBack whether the newest takes back one that failed
 * @param rollout how one revision replaces another
 * @param withoutRoomAt when ECS last looked in vain for a host with room for a task; empty when it
 *     has started one since
 */
public record ServiceState(
    int desired,
    int running,
    int pending,
    int deployments,
    Optional<Instant> deployedAt,
    Optional<Instant> begunAt,
    boolean rollingBack,
    Rollout rollout,
    Optional<Instant> withoutRoomAt) {

  /** Whether one revision is being replaced by another. */
  public boolean deploying() {
    return deployments > 1;
  }

  /**
   * Tasks asked for that do not run. Not {@link #pending}: with plain EC2 placement a task that no
   * host can hold does not exist at all, and is pending nowhere.
   */
  public int shortage() {
    return Math.max(0, desired - running);
  }
}
