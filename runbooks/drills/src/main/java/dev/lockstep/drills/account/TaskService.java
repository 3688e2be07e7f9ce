package dev.lockstep.drills.account;

import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * An ECS service on plain EC2 placement. A task that no registered host can hold does not exist at
 * all: it is not PENDING, only missing from the desired count.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html">Service
 *     event messages</a>
 */
public final class TaskService {
  private final AccountSettings settings;
  private final Timeline timeline;
  private final TaskRuntime runtime;
  private final Consumer<Change> journal;
  private final List<Task> tasks = new ArrayList<>();
  private final Deque<Instant> waitingSince = new ArrayDeque<>();
  private final List<Duration> waits = new ArrayList<>();
  private Duration longestPending = Duration.ZERO;
  private int desired;
  private boolean saidUnplaceable;

  TaskService(
      AccountSettings settings, Timeline timeline, TaskRuntime runtime, Consumer<Change> journal) {
    this.settings = settings;
    this.timeline = timeline;
    this.runtime = runtime;
    this.journal = journal;
  }

  public int desired() {
    return desired;
  }

  public List<Task> tasks() {
    return List.copyOf(tasks);
  }

  public int pending() {
    return count(Task.State.PENDING);
  }

  /** As ECS counts: a task that still loads its model runs. */
  public int running() {
    return tasks.size() - pending();
  }

  public int serving() {
    return count(Task.State.SERVING);
  }

  /** How long each task that runs by now had been asked for before it ran. */
  public List<Duration> waits() {
    return List.copyOf(waits);
  }

  /** The longest that a task which runs by now had been PENDING on its host. */
  public Duration longestPending() {
    return longestPending;
  }

  /** How long the tasks that are asked for and do not run yet have been waiting. */
  public List<Duration> stillWaiting() {
    Instant now = timeline.instant();
    return waitingSince.stream().map(since -> Duration.between(since, now)).toList();
  }

  /**
   * What UpdateService does to the desired count.
   *
   * @throws UnsupportedOperationException when it is lowered
   */
  public void setDesired(int wanted, List<Host> hosts) {
    if (wanted < desired) {
      throw new UnsupportedOperationException(
          "this account does not simulate lowering a service's desired count (%d -> %d) yet"
              .formatted(desired, wanted));
    }
    if (wanted == desired) {
      return;
    }
    journal.accept(new Change.TasksAsked(desired, wanted));
    waitingSince.addAll(Collections.nCopies(wanted - desired, timeline.instant()));
    desired = wanted;
    saidUnplaceable = false;
    place(hosts);
  }

  /** Places what is missing on the hosts that can hold it. */
  void place(List<Host> hosts) {
    for (Host host : hosts) {
      while (tasks.size() < desired && host.holds(settings.gpusPerTask())) {
        start(host);
      }
    }
    if (tasks.size() < desired && !saidUnplaceable) {
      saidUnplaceable = true;
      journal.accept(
          new Change.ServiceEvent(
              "(service %s) was unable to place a task because no container instance met all of its"
                      .formatted(AccountSettings.SERVICE)
                  + " requirements."));
    }
  }

  private void start(Host host) {
    Task task = new Task("task-%d".formatted(tasks.size() + 1), host);
    tasks.add(task);
    journal.accept(new Change.TaskPlaced(task.id(), host.id()));
    Instant placed = timeline.instant();
    runtime.start(task, () -> runs(task, placed), () -> serves(task));
  }

  private void runs(Task task, Instant placed) {
    task.becomes(Task.State.RUNNING);
    Instant now = timeline.instant();
    waits.add(Duration.between(waitingSince.remove(), now));
    Duration pending = Duration.between(placed, now);
    longestPending = pending.compareTo(longestPending) > 0 ? pending : longestPending;
  }

  private void serves(Task task) {
    task.becomes(Task.State.SERVING);
    journal.accept(new Change.TaskServing(task.id()));
  }

  private int count(Task.State state) {
    return Math.toIntExact(tasks.stream().filter(task -> task.state() == state).count());
  }
}
