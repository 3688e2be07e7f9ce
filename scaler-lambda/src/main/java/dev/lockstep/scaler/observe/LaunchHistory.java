package dev.lockstep.scaler.observe;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.autoscaling.model.Activity;

/**
 * Learns from what was read anyway how long hosts took: from the group's activities, from when
 * their hosts registered with ECS, and from the load balancer's count of healthy targets.
 *
 * <p>An activity's description says where its host came from:
 *
 * <pre>
 *   Launching a new EC2 instance: i-075fa0ad6a018cdfc                    cold
 *   Launching a new EC2 instance from warm pool: i-0ea10fdc59a07df6e     warm
 *   Launching a new EC2 instance into warm pool: i-0ea10fdc59a07df6e     fills the pool; no sample
 * </pre>
 *
 * It starts some seconds after its order, whose moment its cause names. Its end is when the host is
 * in service, lifecycle hooks included.
 *
 * <p>ECS does not say when a task became healthy, only that it is. The load balancer's count of
 * healthy targets does, to half a minute, for no further call: a host serves from the first minute
 * after its registration in which that count rose and the rise belongs to no host that registered
 * before it, which is taken for the middle of that minute. Hosts whose rise is not seen within
 * {@link #LONGEST_LOAD} have an unknown load.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html">
 *     DescribeScalingActivities</a>
 * @see <a href="https://github.com/aws-samples/amazon-ec2-auto-scaling-group-examples">Activities
 *     of a group with a warm pool, in AWS's own examples</a>
 */
final class LaunchHistory {
  /** A rise that comes later is not of that host. */
  static final Duration LONGEST_LOAD = Duration.ofMinutes(15);

  /** A cause names older orders too; the host's own is a few seconds before its start. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration MIDDLE = MINUTE.dividedBy(2);

  private static final Pattern LAUNCH =
      Pattern.compile("Launching a new EC2 instance(?<pool> from warm pool)?: (?<id>i-[0-9a-z]+)");

  private static final Pattern ORDER =
      Pattern.compile("At (?<time>[0-9T:.-]+Z) a user request [^.]*changing the desired capacity");

  private LaunchHistory() {}

  /** A launch as its activity alone tells of it. */
  private record Launch(
      String instanceId, LaunchSample.Origin origin, Instant ordered, Activity activity) {

    Optional<Instant> inService() {
      return switch (activity.statusCode()) {
        case SUCCESSFUL -> Optional.ofNullable(activity.endTime());
        default -> Optional.empty();
      };
    }

    boolean underWay() {
      return switch (activity.statusCode()) {
        case SUCCESSFUL, FAILED, CANCELLED, UNKNOWN_TO_SDK_VERSION -> false;
        default -> true;
      };
    }
  }

  /**
   * Puts together what was read.
   *
   * @param activities in any order
   * @param registered when each host registered with ECS, by EC2's name of it
   * @param healthy healthy targets in each minute, by its beginning
   * @param tasksPerHost how many healthy targets one host can bring
   */
  static Launches of(
      List<Activity> activities,
      Map<String, Instant> registered,
      NavigableMap<Instant, Double> healthy,
      int tasksPerHost) {
    List<Launch> launches =
        activities.stream()
            .flatMap(activity -> launch(activity).stream())
            .sorted(Comparator.comparing(Launch::ordered).reversed())
            .toList();
    Map<String, Instant> ready = new HashMap<>();
    for (Launch launch : launches) {
      launch
          .inService()
          .flatMap(inService -> ready(launch, inService, registered))
          .ifPresent(time -> ready.putIfAbsent(launch.instanceId(), time));
    }
    Map<String, Instant> serving = new Rises(healthy, tasksPerHost).serving(ready);
    return new Launches(
        launches.stream().flatMap(launch -> sample(launch, ready, serving)).toList(),
        launches.stream()
            .filter(Launch::underWay)
            .map(launch -> new Launches.UnderWay(launch.origin(), launch.ordered()))
            .toList());
  }

  private static Optional<Launch> launch(Activity activity) {
    Matcher matcher = LAUNCH.matcher(Optional.ofNullable(activity.description()).orElse(""));
    if (!matcher.matches() || activity.startTime() == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Launch(
            matcher.group("id"),
            matcher.group("pool") == null ? LaunchSample.Origin.COLD : LaunchSample.Origin.WARM,
            ordered(activity),
            activity));
  }

  private static Instant ordered(Activity activity) {
    Instant start = activity.startTime();
    Matcher order = ORDER.matcher(Optional.ofNullable(activity.cause()).orElse(""));
    return order
        .results()
        .flatMap(found -> instant(found.group("time")))
        .filter(time -> !time.isAfter(start) && !time.isBefore(start.minus(LONGEST_WAIT)))
        .min(Comparator.naturalOrder())
        .orElse(start);
  }

  private static Stream<Instant> instant(String text) {
    try {
      return Stream.of(Instant.parse(text));
    } catch (DateTimeException _) {
      return Stream.empty();
    }
  }

  /**
   * When ECS could place tasks on it. A host of the warm pool may have registered when the pool was
   * filled, and one with a lifecycle hook before it was in service.
   */
  private static Optional<Instant> ready(
      Launch launch, Instant inService, Map<String, Instant> registered) {
    return Optional.ofNullable(registered.get(launch.instanceId()))
        .map(time -> time.isAfter(inService) ? time : inService);
  }

  private static Stream<LaunchSample> sample(
      Launch launch, Map<String, Instant> ready, Map<String, Instant> serving) {
    String id = launch.instanceId();
    return launch
        .inService()
        .filter(inService -> !inService.isBefore(launch.ordered()))
        .map(inService ->
            new LaunchSample(
                id,
                launch.origin(),
                launch.ordered(),
                Duration.between(launch.ordered(), inService),
                Optional.ofNullable(ready.get(id)).map(time -> Duration.between(inService, time)),
                Optional.ofNullable(serving.get(id))
                    .map(time -> Duration.between(ready.getOrDefault(id, time), time))))
        .stream();
  }

  /** The minutes in which the count of healthy targets rose, each given to the hosts in turn. */
  private static final class Rises {
    private final NavigableMap<Instant, Double> healthy;
    private final int tasksPerHost;
    private final Map<Instant, Double> taken = new HashMap<>();

    Rises(NavigableMap<Instant, Double> healthy, int tasksPerHost) {
      this.healthy = healthy;
      this.tasksPerHost = tasksPerHost;
    }

    Map<String, Instant> serving(Map<String, Instant> ready) {
      Map<String, Instant> serving = new HashMap<>();
      List<Map.Entry<String, Instant>> byReadiness = new ArrayList<>(ready.entrySet());
      byReadiness.sort(
          Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()));
      for (Map.Entry<String, Instant> host : byReadiness) {
        next(host.getValue()).ifPresent(time -> serving.put(host.getKey(), time));
      }
      return serving;
    }

    private Optional<Instant> next(Instant ready) {
      return healthy
          .subMap(ready.minus(MIDDLE), true, ready.plus(LONGEST_LOAD), true)
          .keySet()
          .stream()
          .filter(minute -> left(minute) >= 1)
          .findFirst()
          .map(minute -> {
            taken.merge(minute, Math.min(left(minute), tasksPerHost), Double::sum);
            return minute.plus(MIDDLE);
          });
    }

    private double left(Instant minute) {
      return Optional.ofNullable(healthy.get(minute.minus(MINUTE)))
          .map(before -> healthy.getOrDefault(minute, before) - before)
          .map(rise -> rise - taken.getOrDefault(minute, 0.0))
          .orElse(0.0);
    }
  }
}
