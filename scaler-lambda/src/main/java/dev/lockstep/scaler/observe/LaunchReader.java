package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityStatusCode;

/**
 * Reads whether the group's launches fail. A launch that failed says so in the group's activities
 * and nowhere else: the call that asked for the host had succeeded.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html">Troubleshoot
 *     insufficient capacity</a>
 */
final class LaunchReader {
  /** Enough to see through a burst of terminations; Auto Scaling lists the newest first. */
  private static final int NEWEST = 50;

  /** An older failure says nothing of now. */
  private static final Duration RECENT = Duration.ofMinutes(30);

  private static final String LAUNCH = "Launching a new EC2 instance";

  private final Fleet fleet;
  private final AutoScalingClient autoScaling;

  LaunchReader(Fleet fleet, AutoScalingClient autoScaling) {
    this.fleet = fleet;
    this.autoScaling = autoScaling;
  }

  /** The failures since the last launch that succeeded; none when there are none. */
  Optional<LaunchTrouble> read(Instant now) {
    List<Activity> failed = new ArrayList<>();
    for (Activity activity : activities()) {
      boolean launch = activity.description().startsWith(LAUNCH);
      if (launch && activity.statusCode() == ScalingActivityStatusCode.SUCCESSFUL) {
        break;
      }
      if (launch && activity.statusCode() == ScalingActivityStatusCode.FAILED) {
        failed.add(activity);
      }
    }
    return failed.stream()
        .findFirst()
        .filter(newest -> newest.startTime().isAfter(now.minus(RECENT)))
        .map(newest ->
            new LaunchTrouble(
                failed.size(),
                newest.startTime(),
                Optional.ofNullable(newest.statusMessage()).orElse("no reason was given")));
  }

  private List<Activity> activities() {
    return autoScaling
        .describeScalingActivities(
            request -> request.autoScalingGroupName(fleet.autoScalingGroup()).maxRecords(NEWEST))
        .activities();
  }
}
