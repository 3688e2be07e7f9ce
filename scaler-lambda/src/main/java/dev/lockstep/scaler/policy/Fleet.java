package dev.lockstep.scaler.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The names of one service and of the hosts it runs on.
 *
 * @param loadBalancer the load balancer as CloudWatch names it, {@code app/NAME/ID}
 * @param colours the target groups: one colour, or the two of a blue/green deployment, of which
 *     either may be the live one
 */
public record Fleet(
    String cluster,
    String service,
    String autoScalingGroup,
    String loadBalancer,
    List<Colour> colours) {

  public Fleet {
    colours = List.copyOf(colours);
    if (!loadBalancer.matches("app/[^/]+/[^/]+")) {
      throw new IllegalArgumentException(
          "the load balancer is app/NAME/ID, not '" + loadBalancer + "'");
    }
    if (colours.isEmpty() || colours.size() > 2) {
      throw new IllegalArgumentException("there are one or two colours, not " + colours.size());
    }
    Set<Integer> protocols = new HashSet<>();
    Set<String> named = new HashSet<>();
    for (Colour colour : colours) {
      protocols.add(colour.targetGroups().size());
      for (String targetGroup : colour.targetGroups()) {
        if (!named.add(targetGroup)) {
          throw new IllegalArgumentException(
              "target group %s is named twice, its requests would count twice"
                  .formatted(targetGroup));
        }
      }
    }
    if (protocols.size() > 1) {
      throw new IllegalArgumentException(
          "both colours have a target group for each protocol, not one more than the other");
    }
  }

  /** Every target group, colour by colour. */
  public List<String> targetGroups() {
    return colours.stream().flatMap(colour -> colour.targetGroups().stream()).toList();
  }
}
