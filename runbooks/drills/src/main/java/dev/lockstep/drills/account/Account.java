package dev.lockstep.drills.account;

import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One simulated AWS account: what ECS, Auto Scaling and CloudWatch say comes from the same hosts,
 * tasks and points, so that they agree as far as they would in AWS.
 */
public final class Account {
  /**
   * CloudWatch does not evaluate on the stroke of a period, when its last point is not there yet.
   */
  private static final Duration EVALUATION_OFFSET = Duration.ofSeconds(5);

  private final Timeline timeline;
  private final HostGroup group;
  private final TaskService service;
  private final Metrics metrics = new Metrics();
  private final List<Alarm> alarms = new ArrayList<>();
  private final Consumer<Change> journal;

  /**
   * An account with its first hosts in service and its first tasks starting on them.
   *
   * @param journal told of every change, on the timeline
   */
  public Account(
      AccountSettings settings, Timeline timeline, TaskRuntime runtime, Consumer<Change> journal) {
    this.timeline = timeline;
    this.journal = journal;
    this.service = new TaskService(settings, timeline, runtime, journal);
    this.group = new HostGroup(settings, timeline, journal, this::placeTasks);
    service.setDesired(settings.tasks(), group.hosts());
  }

  public Timeline timeline() {
    return timeline;
  }

  public HostGroup group() {
    return group;
  }

  public TaskService service() {
    return service;
  }

  public Metrics metrics() {
    return metrics;
  }

  public List<Alarm> alarms() {
    return List.copyOf(alarms);
  }

  /** Adds a line to the story. */
  public void tell(String who, String what) {
    journal.accept(new Change.Told(who, what));
  }

  /**
   * Watches a metric from now on.
   *
   * @param evaluation how often CloudWatch evaluates: the period, at most a minute
   * @param action invoked with the payload on each change of state, a moment after it
   */
  public void watch(
      Alarm.Rule rule, Duration evaluation, Duration actionDelay, Consumer<byte[]> action) {
    Alarm alarm = new Alarm(rule);
    alarms.add(alarm);
    Runnable evaluate =
        () -> {
          Alarm.State before = alarm.evaluate(metrics, timeline.instant());
          if (before != alarm.state()) {
            journal.accept(new Change.AlarmTurned(rule.name(), before, alarm.state()));
            byte[] payload = Payloads.alarm(alarm, before, timeline.instant());
            timeline.after(actionDelay, () -> action.accept(payload));
          }
        };
    timeline.after(EVALUATION_OFFSET, () -> timeline.every(evaluation, evaluate));
  }

  /**
   * The brain reads in parallel while the timeline waits for it; one reader at a time is let in.
   */
  public synchronized <T> T exclusively(Supplier<T> work) {
    return work.get();
  }

  private void placeTasks() {
    service.place(group.hosts());
  }
}
