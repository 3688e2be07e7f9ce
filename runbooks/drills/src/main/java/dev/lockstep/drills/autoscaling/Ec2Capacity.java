package dev.lockstep.drills.autoscaling;

import java.util.ArrayList;
import java.util.List;

/** Whether EC2 has hosts to give. Any zone and type, until something is denied. */
public final class Ec2Capacity {
  /** Every zone, or every type. */
  public static final String ANY = "*";

  private record Shortage(String zone, String type) {
    boolean covers(String otherZone, String otherType) {
      return (zone.equals(ANY) || zone.equals(otherZone))
          && (type.equals(ANY) || type.equals(otherType));
    }
  }

  private final List<Shortage> shortages = new ArrayList<>();

  /** From now on nothing is to be had there; {@link #ANY} stands for all. */
  public void deny(String zone, String type) {
    shortages.add(new Shortage(zone, type));
  }

  /** Ends what one {@link #deny} of the same began; others go on. */
  public void grant(String zone, String type) {
    shortages.remove(new Shortage(zone, type));
  }

  boolean has(String zone, InstanceType type) {
    return shortages.stream().noneMatch(shortage -> shortage.covers(zone, type.name()));
  }

  /**
   * EC2's own words.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html">Troubleshoot
   *     insufficient capacity</a>
   */
  static String refusal(InstanceType type, String zone, List<String> zones) {
    String others = String.join(", ", zones.stream().filter(other -> !other.equals(zone)).toList());
    return ("We currently do not have sufficient %s capacity in the Availability Zone you"
            + " requested (%s). Our system will be working on provisioning additional capacity. You"
            + " can currently get %s capacity by not specifying an Availability Zone in your"
            + " request or choosing %s. Launching EC2 instance failed.")
        .formatted(type.name(), zone, type.name(), others);
  }
}
