package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.GroupState;
import dev.lockstep.scaler.observe.Host;
import dev.lockstep.scaler.observe.PlacedTask;
import dev.lockstep.scaler.observe.Registration;
import dev.lockstep.scaler.observe.Resources;
import dev.lockstep.scaler.policy.GpuShape;
import dev.lockstep.scaler.policy.Policy;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where tasks can go on the hosts of one group: what ECS says is really free. Where ECS could not
 * be asked, every host counts as the policy describes it, and every task as still to be placed on
 * one.
 */
final class Room {
  private final GroupState group;
  private final Map<String, GpuShape> declared;
  private final Set<String> strangers;
  private final boolean known;
  private final Resources newHost;

  /**
   * Room on one group's hosts.
   *
   * @param sharing the policies of the services that share it
   * @param strangers hosts that are not counted on
   */
  Room(GroupState group, List<Policy> sharing, Set<String> strangers) {
    this.group = group;
    this.strangers = strangers;
    this.declared =
        sharing.stream()
            .collect(Collectors.toMap(policy -> policy.fleet().service(), Policy::gpus));
    this.known = group.registrations().known().isPresent();
    this.newHost = newHost(group, sharing.getFirst().gpus());
  }

  /**
   * A host that is not there yet: no larger than the smallest that is, and with the daemons that
   * all of them run. One whose GPUs its agent did not find says nothing of others.
   */
  private static Resources newHost(GroupState group, GpuShape declared) {
    return group
        .known()
        .filter(Registration::accepts)
        .filter(host -> host.offered().gpus() >= declared.perTask())
        .map(Registration::offered)
        .reduce(Resources::smaller)
        .orElse(Resources.ofHost(declared));
  }

  Resources newHost() {
    return newHost;
  }

  Set<String> strangers() {
    return strangers;
  }

  /** What one task of a service holds: as those that run do, or as the policy says. */
  Resources each(Policy policy) {
    return tasks(policy.fleet().service())
        .map(this::held)
        .reduce(Resources::larger)
        .orElseGet(() -> Resources.ofTask(policy.gpus()));
  }

  /** A task that is just being placed may not show its GPUs yet; it will hold what it asks for. */
  private Resources held(PlacedTask task) {
    return task.holds().gpus() > 0
        ? task.holds()
        : task.service()
            .flatMap(service -> Optional.ofNullable(declared.get(service)))
            .map(gpus -> task.holds().larger(Resources.ofTask(gpus)))
            .orElseGet(task::holds);
  }

  /**
   * What a host has for tasks yet to be placed: all but what those hold that are to run. What a
   * task that is being stopped still holds is counted as free, because it will be before a host
   * that is ordered for its successor is there.
   */
  private Resources free(Registration host) {
    Resources free = host.offered();
    for (PlacedTask task : host.tasks()) {
      free = free.less(held(task), 1);
    }
    return free;
  }

  /** Tasks of a service that have a place they can keep. */
  int placed(String service) {
    return Math.toIntExact(tasks(service).count());
  }

  private Stream<PlacedTask> tasks(String service) {
    return group
        .known()
        .filter(host -> host.state() != Registration.State.DRAINING)
        .flatMap(host -> host.tasks().stream())
        .filter(task -> task.service().filter(service::equals).isPresent());
  }

  /** Hosts that ECS can place tasks on now; those that hold some come first. */
  Packing registered() {
    Packing packing = new Packing();
    group.hosts().stream()
        .filter(host -> host.phase() == Host.Phase.IN_SERVICE)
        .map(Host::instanceId)
        .filter(id -> group.registration(id).filter(Registration::accepts).isPresent())
        .sorted(Comparator.comparing(this::empty))
        .forEach(id ->
            group.registration(id).ifPresent(host -> packing.host(id, free(host), !host.empty())));
    return packing;
  }

  private boolean empty(String instanceId) {
    return group.registration(instanceId).filter(Registration::empty).isPresent();
  }

  /** With the hosts that exist but have not registered. */
  Packing existing() {
    return with(group.existing());
  }

  /** With all that are asked for when the group's desired capacity is this. */
  Packing ordered(int desired) {
    return with(Math.max(desired, group.inService()));
  }

  private Packing with(int hosts) {
    Packing packing = registered();
    packing.hosts(Math.max(0, hosts - seen()), newHost);
    return packing;
  }

  /** In-service hosts whose room is known, were it none. */
  private int seen() {
    return known ? Math.toIntExact(group.known().count()) + strangers.size() : 0;
  }
}
