package dev.lockstep.scaler.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesResponse;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityStatusCode;

/**
 * Reads how launches go, and whether they fail. A launch that failed says so in its group's
 * activities and nowhere else: the call that asked for the host had succeeded.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html">Troubleshoot
 *     insufficient capacity</a>
 */
final class LaunchReader {
  /** The API's page; enough to see through a burst of terminations. Newest come first. */
  private static final int A_PAGE = 100;

  /** With many groups in one list, older pages may still be recent; not for ever. */
  private static final int MOST_PAGES = 10;

  /** An older failure says nothing of now. */
  private static final Duration RECENT = Duration.ofMinutes(30);

  private static final String LAUNCH = "Launching a new EC2 instance";

  /** Fills the warm pool: whether it succeeds says nothing of hosts that are asked for. */
  private static final String INTO_POOL = LAUNCH + " into warm pool";

  private final List<String> groups;
  private final AutoScalingClient autoScaling;

  LaunchReader(List<String> groups, AutoScalingClient autoScaling) {
    this.groups = groups;
    this.autoScaling = autoScaling;
  }

  /** The activities of each group, the newest first. */
  Map<String, List<Activity>> read(Instant now) {
    return activities(now).stream().collect(Collectors.groupingBy(Activity::autoScalingGroupName));
  }

  /** The failures since the last launch that succeeded; none when there are none. */
  static Optional<LaunchTrouble> trouble(List<Activity> newestFirst, Instant now) {
    List<Activity> failed =
        newestFirst.stream()
            .filter(activity -> activity.description().startsWith(LAUNCH))
            .filter(activity -> !activity.description().startsWith(INTO_POOL))
            .takeWhile(launch -> launch.statusCode() != ScalingActivityStatusCode.SUCCESSFUL)
            .filter(launch -> launch.statusCode() == ScalingActivityStatusCode.FAILED)
            .toList();
    return failed.stream()
        .findFirst()
        .filter(newest -> newest.startTime().isAfter(now.minus(RECENT)))
        .map(newest ->
            new LaunchTrouble(
                failed.size(),
                newest.startTime(),
                Optional.ofNullable(newest.statusMessage()).orElse("no reason was given")));
  }

  /** One group is asked about by name; of many, all that the account has of late. */
  private List<Activity> activities(Instant now) {
    List<Activity> activities = new ArrayList<>();
    Optional<String> token = Optional.empty();
    int pages = 0;
    do {
      DescribeScalingActivitiesResponse page = page(token);
      activities.addAll(page.activities());
      token = Optional.ofNullable(page.nextToken()).filter(_ -> goesOn(activities, now));
    } while (token.isPresent() && groups.size() > 1 && ++pages < MOST_PAGES);
    return activities;
  }

  private static boolean goesOn(List<Activity> newestFirst, Instant now) {
    return !newestFirst.isEmpty() && newestFirst.getLast().startTime().isAfter(now.minus(RECENT));
  }

  private DescribeScalingActivitiesResponse page(Optional<String> token) {
    return autoScaling.describeScalingActivities(request -> {
      request.maxRecords(A_PAGE);
      if (groups.size() == 1) {
        request.autoScalingGroupName(groups.getFirst());
      }
      token.ifPresent(request::nextToken);
    });
  }
}
