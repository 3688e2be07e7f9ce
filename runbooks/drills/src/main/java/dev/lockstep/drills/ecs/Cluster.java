package dev.lockstep.drills.ecs;

import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.autoscaling.HostListener;
import dev.lockstep.drills.autoscaling.Resources;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.time.Timeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The container instances of a cluster, and what ECS does when their hosts come and go.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html">Draining
 *     container instances</a>
 */
public final class Cluster implements HostListener {
  private final Timeline timeline;
  private final Consumer<Change> journal;
  private final Map<String, ContainerInstance> instances = new LinkedHashMap<>();
  private final Map<String, Runnable> whenEmpty = new LinkedHashMap<>();
  private final List<TaskService> services = new ArrayList<>();
  private int blindness;

  public Cluster(Timeline timeline, Consumer<Change> journal) {
    this.timeline = timeline;
    this.journal = journal;
  }

  void add(TaskService service) {
    services.add(service);
  }

  /** Agents that register from now on do not find their host's GPUs. */
  public void hideGpus() {
    blindness++;
  }

  /** Ends what one {@link #hideGpus} began; a host that has registered stays as it is. */
  public void showGpus() {
    blindness--;
  }

  public List<ContainerInstance> instances() {
    return List.copyOf(instances.values());
  }

  public Optional<ContainerInstance> instance(String hostId) {
    return Optional.ofNullable(instances.get(hostId));
  }

  public int registered() {
    return instances.size();
  }

  @Override
  public void booted(Host host) {
    Resources all = host.type().resources();
    Resources found = blindness == 0 ? all : new Resources(all.cpu(), all.memoryMiB(), 0);
    instances.put(host.id(), new ContainerInstance(host, found, timeline.instant()));
  }

  /** What UpdateContainerInstancesState does with DRAINING or ACTIVE. */
  public void setStatus(String hostId, ContainerInstance.Status status) {
    ContainerInstance instance = instances.get(hostId);
    if (instance != null && instance.status() != status) {
      instance.becomes(status);
      journal.accept(new Change.InstanceTurned(hostId, status.name()));
      services.forEach(TaskService::reconcile);
    }
  }

  @Override
  public void draining(Host host, Runnable gone) {
    ContainerInstance instance = instances.get(host.id());
    if (instance == null || instance.tasks().isEmpty()) {
      gone.run();
      return;
    }
    whenEmpty.put(host.id(), gone);
    setStatus(host.id(), ContainerInstance.Status.DRAINING);
  }

  @Override
  public void ended(Host host) {
    ContainerInstance instance = instances.remove(host.id());
    whenEmpty.remove(host.id());
    if (instance != null) {
      instance
          .tasks()
          .forEach(task -> services.forEach(service -> service.lost(task, "its host ended")));
    }
  }

  /** A task has stopped; a host that waited for it may go. */
  void stopped(ContainerInstance instance) {
    Runnable gone = whenEmpty.get(instance.host().id());
    if (gone != null && instance.tasks().isEmpty()) {
      whenEmpty.remove(instance.host().id());
      gone.run();
    }
  }

  /**
   * Where a task goes: spread over zones, and within a zone where the least is left, so that whole
   * hosts stay free.
   */
  Optional<ContainerInstance> placeFor(Resources each) {
    return instances.values().stream()
        .filter(instance -> instance.canHold(each))
        .min(
            Comparator.comparingInt((ContainerInstance instance) -> tasksIn(instance.host().zone()))
                .thenComparingInt(instance -> instance.free().gpus())
                .thenComparing(instance -> instance.host().id()));
  }

  private int tasksIn(String zone) {
    return instances.values().stream()
        .filter(instance -> instance.host().zone().equals(zone))
        .mapToInt(instance -> instance.tasks().size())
        .sum();
  }
}
