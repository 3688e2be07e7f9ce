package dev.lockstep.drills.account;

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
        Map.of(
            "LoadBalancer",
            AccountSettings.LOAD_BALANCER,
            "TargetGroup",
            AccountSettings.TARGET_GROUP));
  }

  /** A metric that the load balancer publishes about itself. */
  public static MetricName ofLoadBalancer(String name) {
    return new MetricName(
        "AWS/ApplicationELB", name, Map.of("LoadBalancer", AccountSettings.LOAD_BALANCER));
  }

  /** A metric that the service publishes about itself every ten seconds. */
  public static MetricName ofService(String name) {
    return new MetricName("Lockstep", name, Map.of("Service", AccountSettings.SERVICE));
  }
}
