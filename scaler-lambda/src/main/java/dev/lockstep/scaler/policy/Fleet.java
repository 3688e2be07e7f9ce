package dev.lockstep.scaler.policy;

/**
 * The names of what one policy governs.
 *
 * @param loadBalancer CloudWatch's dimension value, {@code app/NAME/ID}
 * @param targetGroup CloudWatch's dimension value, {@code targetgroup/NAME/ID}
 */
public record Fleet(
    String cluster,
    String service,
    String autoScalingGroup,
    String loadBalancer,
    String targetGroup) {
  public Fleet {
    if (!loadBalancer.matches("app/[^/]+/[^/]+")) {
      throw new IllegalArgumentException(
          "the load balancer is app/NAME/ID, not '" + loadBalancer + "'");
    }
    if (!targetGroup.matches("targetgroup/[^/]+/[^/]+")) {
      throw new IllegalArgumentException(
          "the target group is targetgroup/NAME/ID, not '" + targetGroup + "'");
    }
  }
}
