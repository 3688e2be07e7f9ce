package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.Samples;
import dev.lockstep.drills.cloudwatch.Statistic;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.journal.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.IntSupplier;

/**
 * What AWS publishes each minute of the group, of the function's queue and of the targets, for the
 * alarms that tell people. What the module computes by metric math is published as one more metric.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html">Group
 *     metrics</a>
 */
public final class ModuleMetrics {
  static final MetricName DESIRED = ofGroup("GroupDesiredCapacity");
  static final MetricName IN_SERVICE = ofGroup("GroupInServiceInstances");
  static final MetricName UNHEALTHY = MetricName.ofTargetGroup("UnHealthyHostCount");
  static final MetricName DEAD_LETTERS =
      new MetricName(
          "AWS/SQS",
          "ApproximateNumberOfMessagesVisible",
          Map.of("QueueName", "lockstep-scaler-dead-letters"));

  /** {@code desired - in_service}. */
  static final MetricName UNDELIVERED = computed("undelivered");

  /** {@code IF(desired > min_hosts, gpu, 100)}. */
  static final MetricName UTILIZATION_ABOVE_MINIMUM = computed("gpu_above_minimum");

  private static final Duration HALF_A_DAY = Duration.ofHours(12);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration READABLE_AFTER = Duration.ofSeconds(30);
  private static final double ALL = 100;

  private final Account account;
  private final IntSupplier unhealthy;
  private final IntSupplier deadLetters;
  private final IntSupplier minHosts;

  /**
   * Metrics of an account.
   *
   * @param unhealthy targets that fail their health check
   * @param deadLetters messages in the function's queue
   * @param minHosts the module's {@code min_hosts}
   */
  public ModuleMetrics(
      Account account, IntSupplier unhealthy, IntSupplier deadLetters, IntSupplier minHosts) {
    this.account = account;
    this.unhealthy = unhealthy;
    this.deadLetters = deadLetters;
    this.minHosts = minHosts;
  }

  /** Publishes at the end of every minute from now on. */
  public void start() {
    account.timeline().after(MINUTE, () -> account.timeline().every(MINUTE, this::publish));
    account
        .timeline()
        .after(MINUTE, () -> account.timeline().every(HALF_A_DAY, this::publishExpiry));
  }

  private void publish() {
    int desired = account.group().desired();
    int inService =
        Math.toIntExact(
            account.group().hosts().stream()
                .filter(host -> host.state() == Host.State.IN_SERVICE)
                .count());
    put(DESIRED, desired);
    put(IN_SERVICE, inService);
    put(UNDELIVERED, desired - inService);
    put(UNHEALTHY, unhealthy.getAsInt());
    put(DEAD_LETTERS, deadLetters.getAsInt());
    publishUtilization(desired);
    publishZones();
  }

  private void publishUtilization(int desired) {
    Instant now = account.timeline().instant();
    NavigableMap<Instant, Double> newest =
        account
            .metrics()
            .read(
                MetricName.ofService("GpuUtilization"),
                new Statistic.Average(),
                MINUTE,
                now.minus(MINUTE),
                now,
                now);
    if (!newest.isEmpty()) {
      put(
          UTILIZATION_ABOVE_MINIMUM,
          desired > minHosts.getAsInt() ? newest.lastEntry().getValue() : ALL);
    }
  }

  /** A zone without a task counts once there are enough tasks for one in each. */
  private void publishZones() {
    var zones = account.group().settings().zones();
    for (String zone : zones) {
      long here =
          account.service().tasks().stream()
              .filter(task ->
                  task.state() == Task.State.SERVING && task.instance().host().zone().equals(zone))
              .count();
      boolean empty = here == 0 && account.service().serving() >= zones.size();
      put(emptyZone(zone), empty ? 1 : 0);
    }
  }

  /** Twice a day and for each certificate, whole days; none any more once it has expired. */
  private void publishExpiry() {
    account
        .listener()
        .left()
        .forEach((certificate, left) -> {
          if (left.isPositive()) {
            put(daysToExpiry(certificate), (double) left.toDays());
          }
        });
  }

  private void put(MetricName metric, double value) {
    Instant now = account.timeline().instant();
    account
        .metrics()
        .put(metric, now.minus(MINUTE), MINUTE, now.plus(READABLE_AFTER), Samples.of(value));
  }

  /** {@code IF(FILL(in_zone, 0) == 0 AND total >= zones, 1, 0)}. */
  static MetricName emptyZone(String zone) {
    return computed("empty_" + zone);
  }

  /**
   * Of one certificate.
   *
   * @see <a href="https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html">ACM's
   *     metrics</a>
   */
  static MetricName daysToExpiry(String certificate) {
    return new MetricName(
        "AWS/CertificateManager", "DaysToExpiry", Map.of("CertificateArn", certificate));
  }

  private static MetricName ofGroup(String name) {
    return new MetricName("AWS/AutoScaling", name, Map.of("AutoScalingGroupName", Names.GROUP));
  }

  private static MetricName computed(String id) {
    return new MetricName("metric math", id, Map.of());
  }
}
