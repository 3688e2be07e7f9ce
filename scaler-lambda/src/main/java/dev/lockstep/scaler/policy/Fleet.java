package dev.lockstep.scaler.policy;

import java.util.List;

/**
 * The names of one service and of the hosts it runs on.
 *
 * @param loadBalancer the load balancer as CloudWatch names it, {@code app/NAME/ID}
 * @param targetGroups the target groups as CloudWatch names them, {@code targetgroup/NAME/ID}: one,
 *     or the two colours of a blue/green deployment, of which either may be the live one
 */
public record Fleet(
    String cluster,
    String service,
    String autoScalingGroup,
    String loadBalancer,
    List<String> targetGroups) {

  public Fleet {
    targetGroups = List.copyOf(targetGroups);
    if (!loadBalancer.matches("app/[^/]+/[^/]+")) {
      throw new IllegalArgumentException(
          "the load balancer is app/NAME/ID, not '" + loadBalancer + "'");
    }
    for (String targetGroup : targetGroups) {
      if (!targetGroup.matches("targetgroup/[^/]+/[^/]+")) {
        throw new IllegalArgumentException(
            "the target group is targetgroup/NAME/ID, not '" + targetGroup + "'");
      }
    }
    if (targetGroups.isEmpty() || targetGroups.size() > 2) {
      throw new IllegalArgumentException(
          "there are one or two target groups, not " + targetGroups.size());
    }
  }
}
