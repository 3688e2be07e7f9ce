package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.cloudwatch.Alarm;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.MissingData;
import dev.lockstep.drills.cloudwatch.Statistic;
import dev.lockstep.drills.ecs.Deployment;
import dev.lockstep.drills.rules.TargetTracking;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/** Target tracking on a metric, through the two alarms that Application Auto Scaling makes. */
final class TrackedTasks {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int POINTS_LOOKED_BACK = 3;

  /**
   * What is tracked.
   *
   * @param period of a point
   */
  record Tracked(MetricName metric, Statistic statistic, Duration period) {
    /** Requests a minute and target, of the load balancer. */
    static final Tracked REQUESTS =
        new Tracked(MetricName.ofTargetGroup("RequestCountPerTarget"), new Statistic.Sum(), MINUTE);

    /**
     * The service's utilization each 20 seconds.
     *
     * @see <a
     *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/target-tracking-faster-auto-scaling.html">Faster
     *     auto scaling with high-resolution metrics</a>
     */
    static final Tracked UTILIZATION =
        new Tracked(
            MetricName.ofEcs("CPUUtilization"), new Statistic.Average(), Duration.ofSeconds(20));
  }

  private final Account account;
  private final TargetTracking rule;
  private final Tracked tracked;
  private final TaskBounds bounds;
  private final HostKeeper hosts;
  private TargetTracking.State state = TargetTracking.State.FRESH;
  private int floor;

  TrackedTasks(
      Account account, TargetTracking rule, Tracked tracked, TaskBounds bounds, HostKeeper hosts) {
    this.account = account;
    this.rule = rule;
    this.tracked = tracked;
    this.bounds = bounds;
    this.hosts = hosts;
    this.floor = bounds.min();
    int inPoints =
        Math.toIntExact(MINUTE.multipliedBy(TargetTracking.IN_POINTS).dividedBy(tracked.period()));
    account.watchForScaling(
        alarm("AlarmHigh", Alarm.Comparison.ABOVE, rule.high(), TargetTracking.OUT_POINTS),
        this::out);
    account.watchForScaling(
        alarm("AlarmLow", Alarm.Comparison.BELOW, rule.low(), inPoints), this::in);
  }

  private Alarm.Rule alarm(String name, Alarm.Comparison comparison, double threshold, int points) {
    return new Alarm.Rule(
        "TargetTracking-service/gpu/embed-" + name,
        tracked.metric(),
        tracked.statistic(),
        tracked.period(),
        comparison,
        threshold,
        points,
        points,
        MissingData.MISSING);
  }

  /** Never fewer than this from now on: what predictive scaling adds. */
  void atLeast(int tasks) {
    floor = bounds.clamp(tasks);
    if (account.service().desired() < floor) {
      set(floor);
    }
  }

  private void out() {
    newest()
        .ifPresent(metric -> {
          TargetTracking.Result result =
              rule.out(state, now(), account.service().desired(), metric);
          state = result.state();
          set(bounds.clamp(result.desired()));
        });
  }

  private void in() {
    newest()
        .ifPresent(metric -> {
          boolean deploying =
              account.service().deployments().getFirst().rollout()
                  == Deployment.Rollout.IN_PROGRESS;
          TargetTracking.Result result =
              rule.in(state, now(), account.service().desired(), metric, deploying);
          state = result.state();
          set(Math.max(floor, bounds.clamp(result.desired())));
        });
  }

  private void set(int tasks) {
    hosts.tasksWanted(tasks);
    account.service().setDesired(tasks);
  }

  private Instant now() {
    return account.timeline().instant();
  }

  private Optional<Double> newest() {
    NavigableMap<Instant, Double> points =
        account
            .metrics()
            .read(
                tracked.metric(),
                tracked.statistic(),
                tracked.period(),
                now().minus(tracked.period().multipliedBy(POINTS_LOOKED_BACK)),
                now(),
                now());
    return Optional.ofNullable(points.lastEntry()).map(Map.Entry::getValue);
  }
}
