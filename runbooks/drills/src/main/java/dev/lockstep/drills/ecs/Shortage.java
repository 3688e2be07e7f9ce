package dev.lockstep.drills.ecs;

import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.autoscaling.HostGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tasks that are asked for and do not run, by what they wait for.
 *
 * <p>A task without a host waits for nothing that anybody could have spared it as long as room for
 * it is on its way: a host that is ordered or boots, a place that a task leaves which is being
 * stopped, or either of the two there for no longer than the scheduler takes between two looks.
 * Beyond that its wait is prolonged: the host was ordered after the task or not at all, EC2 gave
 * none, its agent found no GPU, or the scheduler has backed off although there is room. Room on its
 * way stands for as many tasks as it can hold, whoever ordered it.
 *
 * @param pending placed, and pulling the image: a part of every lead
 * @param provisioning without a host, and existing: under managed scaling
 * @param unplaceable without a host, and not existing
 * @param prolonged of those without a host the ones that no room on its way is for
 */
public record Shortage(int pending, int provisioning, int unplaceable, int prolonged) {
  /** What the scheduler is given between there being room and a task in it. */
  public static final Duration LOOK = Placement.Provisioning.LOOK;

  /** How things stand now. */
  public static Shortage of(TaskService service, HostGroup group, Cluster cluster, Instant now) {
    int unplaced = service.unplaced();
    int provisioning = service.provisioning();
    return new Shortage(
        service.pendingOnHosts(),
        provisioning,
        unplaced - provisioning,
        unplaced == 0 ? 0 : Math.max(0, unplaced - onTheWay(service, group, cluster, now)));
  }

  /** Tasks that find a place without anybody doing anything more. */
  private static int onTheWay(TaskService service, HostGroup group, Cluster cluster, Instant now) {
    int tasks =
        group.beingOrdered()
            * group.settings().types().getFirst().resources().fit(service.settings().each());
    for (Host host : group.hosts()) {
      if (host.counted()) {
        tasks += room(host, cluster.instance(host.id()), service, now);
      }
    }
    return tasks;
  }

  private static int room(
      Host host, Optional<ContainerInstance> registered, TaskService service, Instant now) {
    if (registered.isEmpty()) {
      return host.type().resources().fit(service.settings().each());
    }
    ContainerInstance instance = registered.get();
    if (!instance.accepts()) {
      return 0;
    }
    boolean seen = now.isAfter(instance.freedAt().plus(LOOK));
    return (seen ? 0 : instance.free().fit(service.settings().each())) + leaving(instance, service);
  }

  private static int leaving(ContainerInstance instance, TaskService service) {
    return Math.toIntExact(
        service.tasksWithResources().stream()
            .filter(task -> task.instance().equals(instance))
            .filter(task -> task.state() == Task.State.STOPPING)
            .count());
  }
}
