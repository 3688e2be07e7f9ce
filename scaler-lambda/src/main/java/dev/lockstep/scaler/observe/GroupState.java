package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Bounds;
import java.util.List;

/**
 * One Auto Scaling group as Auto Scaling reports it.
 *
 * @param desired the group's desired capacity, which is a wish: hosts may be missing
 * @param bounds the group's own minimum and maximum; outside them Auto Scaling refuses
 * @param hosts its instances
 * @param registered how many of its in-service hosts ECS can place tasks on
 * @param empty those of them that hold no task
 */
public record GroupState(
    int desired, Bounds bounds, List<Host> hosts, Reading<Integer> registered, List<String> empty) {

  public GroupState {
    hosts = List.copyOf(hosts);
    empty = List.copyOf(empty);
  }

  /** Hosts in service. */
  public int inService() {
    return count(Host.Phase.IN_SERVICE);
  }

  /**
   * Hosts ordered and not yet in service. An order is on the way from the moment the desired
   * capacity was raised, some seconds before its instances exist; it is credited from then on, so
   * that no run orders it twice.
   */
  public int onTheWay() {
    return Math.max(count(Host.Phase.ON_THE_WAY), desired - inService());
  }

  /** Hosts in service or launching: instances that exist, not wishes. */
  public int existing() {
    return inService() + count(Host.Phase.ON_THE_WAY);
  }

  private int count(Host.Phase phase) {
    return Math.toIntExact(hosts.stream().filter(host -> host.phase() == phase).count());
  }
}
