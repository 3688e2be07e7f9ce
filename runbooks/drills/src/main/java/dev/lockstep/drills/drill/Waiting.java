package dev.lockstep.drills.drill;

import dev.lockstep.drills.ecs.Shortage;

/**
 * Task-seconds in which tasks were asked for and did not run, by what they waited for.
 *
 * @param pending on a host, until the image was there
 * @param provisioning without a host, existing
 * @param unplaceable without a host, not existing
 * @param prolonged of the latter two what was beyond the lead of a host ordered for the task; see
 *     {@link Shortage}
 */
public record Waiting(long pending, long provisioning, long unplaceable, long prolonged) {
  public static final Waiting NONE = new Waiting(0, 0, 0, 0);

  Waiting plusSecond(Shortage shortage) {
    return new Waiting(
        pending + shortage.pending(),
        provisioning + shortage.provisioning(),
        unplaceable + shortage.unplaceable(),
        prolonged + shortage.prolonged());
  }
}
