package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Bounds;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One Auto Scaling group as Auto Scaling and ECS report it.
 *
 * @param desired the group's desired capacity, which is a wish: hosts may be missing
 * @param bounds the group's own minimum and maximum; outside them Auto Scaling refuses
 * @param hosts its instances
 * @param registrations what ECS knows of them, by EC2's name of each
 */
public record GroupState(
    int desired,
    Bounds bounds,
    List<Host> hosts,
    Reading<Map<String, Registration>> registrations) {

  public GroupState {
    hosts = List.copyOf(hosts);
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

  /** How many of its in-service hosts ECS can place tasks on. */
  public Reading<Integer> registered() {
    return switch (registrations) {
      case Reading.Known<Map<String, Registration>>(var _, String source) ->
          new Reading.Known<>(
              Math.toIntExact(known().filter(Registration::accepts).count()), source);
      case Reading.Unknown<Map<String, Registration>>(String why) -> new Reading.Unknown<>(why);
    };
  }

  /** What ECS knows of the hosts in service; none when it could not be read. */
  public Stream<Registration> known() {
    return inServiceIds().map(this::registration).flatMap(Optional::stream);
  }

  /**
   * In-service hosts without any task, by name. Those that are drained come first: a run that ended
   * between draining a host and ending it left it so, or an operator wants it gone.
   */
  public List<String> empty() {
    return inServiceIds()
        .filter(id -> registration(id).filter(Registration::empty).isPresent())
        .sorted(
            Comparator.comparing(id -> registration(id).filter(Registration::accepts).isPresent()))
        .toList();
  }

  public Optional<Registration> registration(String instanceId) {
    return registrations.known().flatMap(known -> Optional.ofNullable(known.get(instanceId)));
  }

  private Stream<String> inServiceIds() {
    return hosts.stream()
        .filter(host -> host.phase() == Host.Phase.IN_SERVICE)
        .map(Host::instanceId);
  }

  private int count(Host.Phase phase) {
    return Math.toIntExact(hosts.stream().filter(host -> host.phase() == phase).count());
  }
}
