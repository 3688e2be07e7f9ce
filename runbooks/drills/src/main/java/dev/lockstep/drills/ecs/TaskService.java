package dev.lockstep.drills.ecs;

import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.journal.Names;
import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * An ECS service: it keeps as many tasks of its newest revision as are desired, on the hosts there
 * are.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html">Service
 *     event messages</a>
 */
public final class TaskService {
  private final ServiceSettings settings;
  private final Timeline timeline;
  private final TaskRuntime runtime;
  private final Consumer<Change> journal;
  private final Cluster cluster;
  private final Deployments deployments;
  private final PlacementAttempts attempts;
  private final Waits waits = new Waits();
  private final ServiceEvents events = new ServiceEvents();

  /** All that hold resources, also the stopping ones, oldest first. */
  private final Set<Task> tasks = new LinkedHashSet<>();

  private long started;
  private int desired;
  private long changesOfDesired;
  private boolean saidUnplaceable;
  private Instant givenUpAt = Instant.EPOCH;

  public TaskService(
      ServiceSettings settings,
      Timeline timeline,
      TaskRuntime runtime,
      Consumer<Change> journal,
      Cluster cluster) {
    this.settings = settings;
    this.timeline = timeline;
    this.runtime = runtime;
    this.journal = journal;
    this.cluster = cluster;
    this.deployments = new Deployments(settings.strategy(), timeline, journal, this::reconcile);
    this.attempts = new PlacementAttempts(settings.placement(), timeline, this::reconcile);
    cluster.add(this);
  }

  /** Starts the first tasks. */
  public void begin() {
    desired = settings.initial();
    waits.missing(desired, timeline.instant());
    reconcile();
  }

  public ServiceSettings settings() {
    return settings;
  }

  public int desired() {
    return desired;
  }

  /** How often somebody changed the desired count. */
  public long changesOfDesired() {
    return changesOfDesired;
  }

  public Waits waits() {
    return waits;
  }

  /** What ECS tells of it, newest first. */
  public List<ServiceEvent> events() {
    return events.newestFirst();
  }

  /** Newest first. */
  public List<Deployment> deployments() {
    return deployments.newestFirst();
  }

  /** The revision that was rolled back last, unless another was deployed since. */
  public Optional<Revision> rolledBack() {
    return deployments.rolledBack();
  }

  /** Every revision that was ever deployed. */
  public Set<Revision> revisions() {
    return deployments.revisions();
  }

  /**
   * A deployment that is under way is rolled back: its alarm is raised, or somebody stops it.
   *
   * @return whether one was
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html">How
   *     CloudWatch alarms detect deployment failures</a>
   */
  public boolean rollBack(String why) {
    boolean was = deployments.rollBack(why, tasks(), runtime);
    reconcile();
    return was;
  }

  /** Those that are not stopping. */
  public List<Task> tasks() {
    return tasks.stream().filter(Task::alive).toList();
  }

  /** Also those that are stopping. */
  public List<Task> tasksWithResources() {
    return List.copyOf(tasks);
  }

  /** As ECS counts: PENDING and PROVISIONING. */
  public int pending() {
    return pendingOnHosts() + provisioning();
  }

  /** Placed tasks that do not run yet. */
  public int pendingOnHosts() {
    return count(task -> task.state() == Task.State.PENDING);
  }

  /** Tasks that wait for a host and yet exist, as they do under managed scaling. */
  public int provisioning() {
    return switch (settings.placement()) {
      case Placement.Plain _ -> 0;
      case Placement.Provisioning _ -> Math.min(unplaced(), Placement.Provisioning.MOST);
    };
  }

  /** Tasks that are asked for and have no host. */
  public int unplaced() {
    return Math.max(0, desired - count(task -> task.alive()));
  }

  public int running() {
    return count(Task::running);
  }

  public int serving() {
    return count(task -> task.state() == Task.State.SERVING);
  }

  private int count(Predicate<Task> which) {
    int count = 0;
    for (Task task : tasks) {
      if (which.test(task)) {
        count++;
      }
    }
    return count;
  }

  /** What UpdateService does to the desired count. */
  public void setDesired(int wanted) {
    if (wanted < 0) {
      throw new IllegalArgumentException("desiredCount cannot be negative: " + wanted);
    }
    if (wanted == desired) {
      return;
    }
    journal.accept(new Change.TasksAsked(desired, wanted));
    changesOfDesired++;
    desired = wanted;
    saidUnplaceable = false;
    noteMissing();
    attempts.tryAtOnce();
    reconcile();
  }

  /** What UpdateService does with a new task definition. */
  public void deploy(Revision revision) {
    deployments.begin(revision);
    attempts.forget();
    reconcile();
  }

  /** What the deployment controller and the scheduler do next, as often as anything changes. */
  void reconcile() {
    deployments.advance(desired, tasks(), runtime);
    stopSurplus();
    startMissing();
  }

  private void startMissing() {
    if (!attempts.allowedNow()) {
      return;
    }
    Revision newest = deployments.newest().revision();
    int room = deployments.most(desired) - count(Task::alive);
    int missing = Math.min(desired - count(this::counts), room);
    while (missing > 0) {
      Optional<ContainerInstance> place = cluster.placeFor(settings.each());
      if (place.isEmpty()) {
        sayUnplaceable();
        giveUpProvisioning();
        attempts.failed();
        return;
      }
      start(newest, place.get());
      missing--;
    }
    attempts.forget();
  }

  /** To EventBridge once for each count that is asked for. */
  private void sayUnplaceable() {
    events.noRoom(timeline.instant());
    if (!saidUnplaceable) {
      saidUnplaceable = true;
      journal.accept(new Change.PlacementFailed(ServiceEvents.NO_ROOM));
    }
  }

  /** Under managed scaling a task that has waited for too long is given up and asked for anew. */
  private void giveUpProvisioning() {
    Instant now = timeline.instant();
    boolean tooLong =
        settings.placement() instanceof Placement.Provisioning
            && !now.isBefore(givenUpAt.plus(Placement.Provisioning.PATIENCE))
            && waits.still(now).stream()
                .anyMatch(wait -> wait.compareTo(Placement.Provisioning.PATIENCE) >= 0);
    if (tooLong) {
      givenUpAt = now;
      journal.accept(
          new Change.ServiceEvent(
              "(service %s) gave up a task that was PROVISIONING for too long and asks for it anew"
                  .formatted(Names.SERVICE)));
    }
  }

  private void start(Revision revision, ContainerInstance instance) {
    Task task = new Task(++started, revision, instance, timeline.instant());
    tasks.add(task);
    events.started(task, timeline.instant());
    instance.hold(task, settings.each());
    journal.accept(new Change.TaskPlaced(task.id(), instance.host().id()));
    runtime.start(
        task,
        new TaskRuntime.Progress() {
          @Override
          public void running() {
            runs(task);
          }

          @Override
          public void healthy() {
            serves(task);
          }

          @Override
          public void failed(String why) {
            fails(task, why);
          }
        });
  }

  private void runs(Task task) {
    if (task.state() != Task.State.PENDING) {
      return;
    }
    task.becomes(Task.State.RUNNING);
    if (running() <= desired) {
      Duration pending = Duration.between(task.placedAt(), timeline.instant());
      waits.ran(timeline.instant(), pending);
    }
    noteMissing();
  }

  private void serves(Task task) {
    if (task.state() != Task.State.RUNNING) {
      return;
    }
    task.becomes(Task.State.SERVING);
    deployments.healthy(task.revision());
    if (deployments.takesTraffic(task.revision())) {
      runtime.route(task);
    }
    journal.accept(new Change.TaskServing(task.id()));
    reconcile();
  }

  /** A task ended by itself. One that never ran makes the scheduler hesitate. */
  private void fails(Task task, String why) {
    if (!task.alive()) {
      return;
    }
    if (task.state() == Task.State.PENDING) {
      attempts.failed();
    }
    journal.accept(new Change.TaskStopping(task.id(), why));
    runtime.kill(task);
    stopped(task);
    deployments.failed(task.revision(), desired);
    reconcile();
  }

  /** Its host is gone. */
  void lost(Task task, String why) {
    if (tasks.contains(task)) {
      journal.accept(new Change.TaskStopping(task.id(), why));
      runtime.kill(task);
      stopped(task);
      reconcile();
    }
  }

  /** Stops what is too much, and what is on instances that are being emptied. */
  private void stopSurplus() {
    for (Task task : StopOrder.firstToGo(tasks())) {
      if (mayGo(task)) {
        stop(task, reason(task));
      }
    }
  }

  private static String reason(Task task) {
    return task.displaced() ? "its instance is draining" : "scheduler";
  }

  private boolean mayGo(Task task) {
    boolean old = deployments.mayRetire(task.revision());
    boolean surplus = !task.displaced() && staying(task.revision()) > desired;
    if (!old && !surplus && !task.displaced()) {
      return false;
    }
    boolean serves = task.state() == Task.State.SERVING;
    return !serves || surplus || serving() - 1 >= deployments.least(desired);
  }

  /** Of no revision are more kept than are desired, also while a deployment waits for hosts. */
  private int staying(Revision revision) {
    return count(task -> task.alive() && !task.displaced() && task.revision().equals(revision));
  }

  /** Towards the desired count: of the newest revision, on an instance that stays. */
  private boolean counts(Task task) {
    return task.alive() && !task.displaced() && deployments.isNewest(task.revision());
  }

  private void stop(Task task, String why) {
    task.becomes(Task.State.STOPPING);
    journal.accept(new Change.TaskStopping(task.id(), why));
    noteMissing();
    runtime.stop(
        task,
        () -> {
          if (tasks.contains(task)) {
            journal.accept(new Change.TaskStopped(task.id()));
            stopped(task);
            reconcile();
          }
        });
  }

  private void stopped(Task task) {
    task.becomes(Task.State.STOPPED);
    tasks.remove(task);
    task.instance().release(task, settings.each(), timeline.instant());
    cluster.stopped(task.instance());
    noteMissing();
  }

  private void noteMissing() {
    waits.missing(Math.max(0, desired - running()), timeline.instant());
  }
}
