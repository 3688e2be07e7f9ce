package dev.lockstep.drills.cloudwatch;

import dev.lockstep.drills.journal.Names;
import java.util.Map;

/** What identifies a CloudWatch metric: the dimensions are part of the name. */
public record MetricName(String namespace, String name, Map<String, String> dimensions) {
  public MetricName {
    dimensions = Map.copyOf(dimensions);
  }

  /** A metric that the load balancer publishes about the target group. */
  public static MetricName ofTargetGroup(String name) {
    return new MetricName(
        "AWS/ApplicationELB",
        name,
        Map.of("LoadBalancer", Names.LOAD_BALANCER, "TargetGroup", Names.TARGET_GROUP));
  }

  /** A metric that the load balancer publishes about itself. */
  public static MetricName ofLoadBalancer(String name) {
    return new MetricName("AWS/ApplicationELB", name, Map.of("LoadBalancer", Names.LOAD_BALANCER));
  }

  /** A metric that the service publishes about itself every ten seconds. */
  public static MetricName ofService(String name) {
    return new MetricName("Lockstep", name, Map.of("Service", Names.SERVICE));
  }

  /** A metric that ECS publishes about the service. */
  public static MetricName ofEcs(String name) {
    return new MetricName(
        "AWS/ECS", name, Map.of("ClusterName", Names.CLUSTER, "ServiceName", Names.SERVICE));
  }
}
