package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.DescribePoliciesResponse;
import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

/**
 * Reads who else scales these services or groups, and what has to be switched off. Two controllers
 * on one count undo each other's work; nobody can tell from the outside which of them is wrong.
 *
 * <p>Cluster auto scaling shows as a scaling policy that ECS puts on the group. Application Auto
 * Scaling has an API of its own, which this function does not call; the alarms that it makes have
 * the service in their names.
 */
final class RivalReader {
  private static final String OF_CLUSTER_AUTO_SCALING = "ECSManagedAutoScalingPolicy";
  private static final String OF_APPLICATION_AUTO_SCALING = "TargetTracking-service/";

  /** The API's own page size; a page is asked for whole. */
  private static final int A_PAGE = 100;

  private final List<Fleet> fleets;
  private final List<String> groups;
  private final AutoScalingClient autoScaling;
  private final CloudWatchClient cloudWatch;

  RivalReader(List<Fleet> fleets, AutoScalingClient autoScaling, CloudWatchClient cloudWatch) {
    this.fleets = fleets;
    this.groups = fleets.stream().map(Fleet::autoScalingGroup).distinct().toList();
    this.autoScaling = autoScaling;
    this.cloudWatch = cloudWatch;
  }

  /**
   * Who they are.
   *
   * @param policies of groups, by the group's name
   * @param alarms names of alarms that Application Auto Scaling made
   */
  record Rivals(Map<String, List<String>> policies, List<String> alarms) {

    /** In sentences; empty when there is nobody. */
    List<String> of(Fleet fleet) {
      String prefix =
          OF_APPLICATION_AUTO_SCALING + "%s/%s-".formatted(fleet.cluster(), fleet.service());
      return Stream.concat(
              policies.getOrDefault(fleet.autoScalingGroup(), List.of()).stream()
                  .map(name -> ofGroup(fleet, name)),
              alarms.stream()
                  .filter(name -> name.startsWith(prefix))
                  .limit(1)
                  .map(name -> ofService(fleet, name)))
          .toList();
    }

    private static String ofGroup(Fleet fleet, String policy) {
      return policy.startsWith(OF_CLUSTER_AUTO_SCALING)
          ? "cluster auto scaling sizes group %s (policy %s): set the capacity provider's managed scaling to DISABLED"
              .formatted(fleet.autoScalingGroup(), policy)
          : "scaling policy %s sizes group %s: delete it"
              .formatted(policy, fleet.autoScalingGroup());
    }

    private static String ofService(Fleet fleet, String alarm) {
      return "Application Auto Scaling sizes service %s (alarm %s): deregister its scalable target"
          .formatted(fleet.service(), alarm);
    }
  }

  Rivals read() {
    return new Rivals(policies(), alarms());
  }

  /** One group is asked about by name; of many, all policies of the account. */
  private Map<String, List<String>> policies() {
    List<ScalingPolicy> found = new ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      DescribePoliciesResponse page = policies(token);
      found.addAll(page.scalingPolicies());
      token = Optional.ofNullable(page.nextToken());
    } while (token.isPresent());
    return found.stream()
        // Absent means enabled.
        .filter(policy -> !Boolean.FALSE.equals(policy.enabled()))
        .collect(
            Collectors.groupingBy(
                ScalingPolicy::autoScalingGroupName,
                Collectors.mapping(ScalingPolicy::policyName, Collectors.toList())));
  }

  private DescribePoliciesResponse policies(Optional<String> token) {
    return autoScaling.describePolicies(request -> {
      request.maxRecords(A_PAGE);
      if (groups.size() == 1) {
        request.autoScalingGroupName(groups.getFirst());
      }
      token.ifPresent(request::nextToken);
    });
  }

  private List<String> alarms() {
    String prefix =
        OF_APPLICATION_AUTO_SCALING
            + (fleets.size() == 1
                ? "%s/%s-".formatted(fleets.getFirst().cluster(), fleets.getFirst().service())
                : "");
    List<String> names = new ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      DescribeAlarmsResponse page = alarms(prefix, token);
      names.addAll(page.metricAlarms().stream().map(MetricAlarm::alarmName).toList());
      token = Optional.ofNullable(page.nextToken());
    } while (token.isPresent());
    return names;
  }

  private DescribeAlarmsResponse alarms(String prefix, Optional<String> token) {
    return cloudWatch.describeAlarms(request -> {
      request.alarmNamePrefix(prefix).maxRecords(A_PAGE);
      token.ifPresent(request::nextToken);
    });
  }
}
