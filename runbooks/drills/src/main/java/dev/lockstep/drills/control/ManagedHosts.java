package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.HostGroup;
import dev.lockstep.drills.cloudwatch.Alarm;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.MissingData;
import dev.lockstep.drills.cloudwatch.Samples;
import dev.lockstep.drills.cloudwatch.Statistic;
import dev.lockstep.drills.ecs.ContainerInstance;
import dev.lockstep.drills.rules.ManagedScaling;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * ECS cluster auto scaling on a group: it waits for PROVISIONING tasks, and ends only hosts that it
 * has found empty (managed termination protection).
 *
 * <p>Hosts that are booting are credited, as a warming instance is in a target tracking policy of
 * Auto Scaling.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html">Cluster
 *     auto scaling</a>
 */
final class ManagedHosts implements HostKeeper {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final MetricName RESERVATION =
      new MetricName(
          "AWS/ECS/ManagedScaling",
          "CapacityProviderReservation",
          Map.of("CapacityProviderName", "gpu-hosts"));

  private final Account account;
  private final ManagedScaling rule;
  private final int fit;

  ManagedHosts(Account account, ManagedScaling rule) {
    this.account = account;
    this.rule = rule;
    this.fit =
        account
            .group()
            .settings()
            .types()
            .getFirst()
            .resources()
            .fit(account.service().settings().each());
    account.timeline().after(MINUTE, () -> account.timeline().every(MINUTE, this::publish));
    account.watchForScaling(
        alarm("AlarmHigh", Alarm.Comparison.ABOVE, ManagedScaling.OUT_POINTS), this::out);
    account.watchForScaling(
        alarm("AlarmLow", Alarm.Comparison.BELOW, ManagedScaling.IN_POINTS), this::in);
  }

  private Alarm.Rule alarm(String name, Alarm.Comparison comparison, int points) {
    return new Alarm.Rule(
        "ECSManaged-" + name,
        RESERVATION,
        new Statistic.Average(),
        MINUTE,
        comparison,
        rule.targetCapacity(),
        points,
        points,
        MissingData.MISSING);
  }

  /** It hears of tasks from ECS and from nobody else. */
  @Override
  public void tasksWanted(int tasks) {}

  private void publish() {
    protectBusyHosts();
    Instant now = account.timeline().instant();
    account.metrics().put(RESERVATION, now.minus(MINUTE), MINUTE, now, Samples.of(reservation()));
  }

  private void protectBusyHosts() {
    account
        .cluster()
        .instances()
        .forEach(
            instance -> account.group().protect(instance.host().id(), !instance.tasks().isEmpty()));
  }

  private int hosts() {
    return Math.toIntExact(account.group().hosts().stream().filter(host -> host.counted()).count());
  }

  private double reservation() {
    int busy =
        Math.toIntExact(
            account.cluster().instances().stream()
                .filter((ContainerInstance instance) -> !instance.tasks().isEmpty())
                .count());
    int needed = ManagedScaling.needed(busy, account.service().provisioning(), fit);
    return ManagedScaling.reservation(needed, hosts());
  }

  private void out() {
    HostGroup group = account.group();
    int wanted = rule.out(group.desired(), hosts(), reservation());
    group.setDesired(Math.min(group.max(), wanted));
  }

  private void in() {
    protectBusyHosts();
    HostGroup group = account.group();
    int wanted = rule.in(group.desired(), hosts(), reservation());
    group.setDesired(Math.clamp(wanted, group.min(), group.max()));
  }
}
