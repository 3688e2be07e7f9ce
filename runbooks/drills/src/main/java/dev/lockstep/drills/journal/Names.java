package dev.lockstep.drills.journal;

/** What everything in the simulated account is called. */
public final class Names {
  public static final String CLUSTER = "gpu";
  public static final String SERVICE = "embed";
  public static final String GROUP = "gpu-hosts";
  public static final String LOAD_BALANCER = "app/lockstep/50dc6c495c0c9188";
  public static final String TARGET_GROUP = "targetgroup/embed/73e2d6bc24d8a067";
  public static final String REGION = "eu-west-1";
  public static final String ACCOUNT_ID = "111122223333";

  private static final String SUBNET = "subnet-";

  private Names() {}

  /** An ARN of this account and region. */
  public static String arn(String service, String resource) {
    return "arn:aws:%s:%s:%s:%s".formatted(service, REGION, ACCOUNT_ID, resource);
  }

  /** The one subnet of a zone. */
  public static String subnet(String zone) {
    return SUBNET + zone;
  }

  /** Where a subnet lies. */
  public static String zoneOf(String subnet) {
    if (!subnet.startsWith(SUBNET)) {
      throw new IllegalArgumentException("The subnet ID '%s' does not exist".formatted(subnet));
    }
    return subnet.substring(SUBNET.length());
  }

  /** The ARN under which ECS knows a host. */
  public static String containerInstance(String hostId) {
    return arn("ecs", "container-instance/%s/%s".formatted(CLUSTER, hostId));
  }
}
