package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

/**
 * Reads who else scales this service or this group, and what has to be switched off. Two
 * controllers on one count undo each other's work; nobody can tell from the outside which of them
 * is wrong.
 *
 * <p>Cluster auto scaling shows as a scaling policy that ECS puts on the group. Application Auto
 * Scaling has an API of its own, which this function does not call; the alarms that it makes have
 * the service in their names.
 */
final class RivalReader {
  private static final String OF_CLUSTER_AUTO_SCALING = "ECSManagedAutoScalingPolicy";

  private final Fleet fleet;
  private final AutoScalingClient autoScaling;
  private final CloudWatchClient cloudWatch;

  RivalReader(Fleet fleet, AutoScalingClient autoScaling, CloudWatchClient cloudWatch) {
    this.fleet = fleet;
    this.autoScaling = autoScaling;
    this.cloudWatch = cloudWatch;
  }

  /** Who they are, in sentences; empty when there is nobody. */
  List<String> read() {
    return Stream.concat(ofGroup(), ofService()).toList();
  }

  private Stream<String> ofGroup() {
    return autoScaling
        .describePolicies(request -> request.autoScalingGroupName(fleet.autoScalingGroup()))
        .scalingPolicies()
        .stream()
        // Absent means enabled.
        .filter(policy -> !Boolean.FALSE.equals(policy.enabled()))
        .map(ScalingPolicy::policyName)
        .map(name ->
            name.startsWith(OF_CLUSTER_AUTO_SCALING)
                ? "cluster auto scaling sizes group %s (policy %s): set the capacity provider's managed scaling to DISABLED"
                    .formatted(fleet.autoScalingGroup(), name)
                : "scaling policy %s sizes group %s: delete it"
                    .formatted(name, fleet.autoScalingGroup()));
  }

  private Stream<String> ofService() {
    String prefix = "TargetTracking-service/%s/%s-".formatted(fleet.cluster(), fleet.service());
    return cloudWatch
        .describeAlarms(request -> request.alarmNamePrefix(prefix))
        .metricAlarms()
        .stream()
        .map(MetricAlarm::alarmName)
        .limit(1)
        .map(name ->
            "Application Auto Scaling sizes service %s (alarm %s): deregister its scalable target"
                .formatted(fleet.service(), name));
  }
}
