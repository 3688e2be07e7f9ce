package dev.lockstep.drills.autoscaling;

import java.time.Instant;
import java.util.Optional;

/**
 * What Auto Scaling writes down about a launch or a termination.
 *
 * @param message why it failed; empty otherwise
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-verify-scaling-activity.html">Scaling
 *     activities</a>
 */
public record ScalingActivity(
    String id,
    String description,
    String cause,
    Status status,
    Optional<String> message,
    Instant startedAt,
    Optional<Instant> endedAt) {

  /** The states that are simulated, with the API's spelling. */
  public enum Status {
    IN_PROGRESS("InProgress"),
    SUCCESSFUL("Successful"),
    FAILED("Failed");

    private final String label;

    Status(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  ScalingActivity ended(Instant when) {
    return new ScalingActivity(
        id, description, cause, Status.SUCCESSFUL, message, startedAt, Optional.of(when));
  }
}
