package dev.lockstep.scaler.observe;

/**
 * One instance of the Auto Scaling group.
 *
 * @param instanceId EC2's name of it
 * @param phase where it stands in its life
 */
public record Host(String instanceId, Phase phase) {

  /** A host's life as it matters to placement. */
  public enum Phase {
    /** Launching, or being prepared by a lifecycle hook. */
    ON_THE_WAY,
    /** In service in the group. Whether ECS knows it is another question. */
    IN_SERVICE,
    /** Terminating, detaching, in standby or in the warm pool: it must not be counted on. */
    LEAVING
  }
}
