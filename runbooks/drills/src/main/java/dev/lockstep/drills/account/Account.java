package dev.lockstep.drills.account;

import dev.lockstep.drills.autoscaling.HostGroup;
import dev.lockstep.drills.cloudwatch.Alarm;
import dev.lockstep.drills.cloudwatch.Metrics;
import dev.lockstep.drills.ecs.Cluster;
import dev.lockstep.drills.ecs.Shortage;
import dev.lockstep.drills.ecs.TaskRuntime;
import dev.lockstep.drills.ecs.TaskService;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One simulated AWS account: what ECS, Auto Scaling and CloudWatch say comes from the same hosts,
 * tasks and points, so that they agree as far as they would in AWS.
 */
public final class Account {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** A high-resolution alarm is evaluated a moment after the period, when its point is there. */
  private static final Duration FINE_OFFSET = Duration.ofSeconds(5);

  /**
   * From the end of a minute to the evaluation of an alarm on it, the same for one alarm each
   * minute. That an alarm is evaluated each minute is documented; when in the minute, and how long
   * a point takes to be there, is not. 31 to 68 s were seen with the load balancer's metrics while
   * requests came without pause; where they do not, whole minutes are reported.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html">Alarm
   *     evaluation</a>
   * @see <a
   *     href="https://repost.aws/questions/QU3sXoMuWFRTiBI-EX7H2LCA/unexplainable-delay-between-alarm-data-breach-and-alarm-state-change">Delays
   *     that a user measured, and why</a>
   */
  private static final int EARLIEST_OFFSET = 31;

  private static final int LATEST_OFFSET = 68;

  private final Timeline timeline;
  private final Chance chance;
  private final HostGroup group;
  private final Cluster cluster;
  private final TaskService service;
  private final Metrics metrics = new Metrics();
  private final Delivery delivery;
  private final ApiFaults apiFaults;
  private final List<Alarm> alarms = new ArrayList<>();
  private final List<Consumer<byte[]>> fleetEvents = new ArrayList<>();
  private final List<String> scalingPolicies = new ArrayList<>();
  private final List<String> serviceScaling = new ArrayList<>();
  private final Listener listener;
  private boolean scheduleEnabled = true;
  private final Consumer<Change> journal;

  /**
   * An account with its first hosts in service and its first tasks starting on them.
   *
   * @param journal told of every change, on the timeline
   */
  public Account(
      AccountSettings settings,
      Timeline timeline,
      Chance chance,
      TaskRuntime runtime,
      Consumer<Change> journal) {
    this.timeline = timeline;
    this.chance = chance;
    this.journal = journal;
    this.delivery = new Delivery(timeline, chance);
    this.listener = new Listener(timeline);
    this.apiFaults = new ApiFaults(chance);
    this.cluster = new Cluster(timeline, this::record);
    this.service = new TaskService(settings.service(), timeline, runtime, this::record, cluster);
    this.group = new HostGroup(settings.group(), timeline, chance, this::record, cluster);
    group.begin();
    service.begin();
  }

  public Timeline timeline() {
    return timeline;
  }

  public HostGroup group() {
    return group;
  }

  public Cluster cluster() {
    return cluster;
  }

  public TaskService service() {
    return service;
  }

  /** Tasks that are asked for and do not run, now. */
  public Shortage shortage() {
    return Shortage.of(service, group, cluster, timeline.instant());
  }

  public Metrics metrics() {
    return metrics;
  }

  public Delivery delivery() {
    return delivery;
  }

  public ApiFaults apiFaults() {
    return apiFaults;
  }

  public Listener listener() {
    return listener;
  }

  /** Switches every schedule on or off: EventBridge Scheduler's state of a schedule. */
  public void enableSchedule(boolean enabled) {
    scheduleEnabled = enabled;
  }

  public List<Alarm> alarms() {
    return List.copyOf(alarms);
  }

  /** Scaling policies of somebody else on the group, by name. */
  public List<String> scalingPolicies() {
    return List.copyOf(scalingPolicies);
  }

  /** Attaches a scaling policy to the group; what it does is up to whoever attached it. */
  public void attachScalingPolicy(String name) {
    scalingPolicies.add(name);
  }

  /** Takes a scaling policy off the group. */
  public void detachScalingPolicy(String name) {
    scalingPolicies.remove(name);
  }

  /** Alarms of somebody else's Application Auto Scaling on the service, by name. */
  public List<String> serviceScaling() {
    return List.copyOf(serviceScaling);
  }

  /** Somebody lets Application Auto Scaling size the service, which is known by its alarm. */
  public void scaleService(String alarm) {
    serviceScaling.add(alarm);
  }

  /** Takes Application Auto Scaling off the service, with its alarm. */
  public void leaveService(String alarm) {
    serviceScaling.remove(alarm);
  }

  /** Adds a line to the story. */
  public void tell(String who, String what) {
    journal.accept(new Change.Told(who, what));
  }

  private void record(Change change) {
    journal.accept(change);
    if (!fleetEvents.isEmpty()) {
      FleetEvents.payload(change, timeline.instant())
          .ifPresent(payload -> fleetEvents.forEach(target -> delivery.send(payload, target)));
    }
  }

  /** Sends what EventBridge has to say of hosts and tasks from now on. */
  public void subscribe(Consumer<byte[]> target) {
    fleetEvents.add(target);
  }

  /** Invokes a target with EventBridge Scheduler's payload at every interval from now on. */
  public void schedule(Duration interval, Consumer<byte[]> target) {
    timeline.after(
        interval,
        () ->
            timeline.every(
                interval,
                () -> {
                  if (scheduleEnabled) {
                    delivery.send(Payloads.tick(timeline.instant()), target);
                  }
                }));
  }

  /**
   * Watches a metric from now on and invokes a target on each change of state to ALARM or to OK,
   * and then only: INSUFFICIENT_DATA has actions of its own, which nobody sets.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html">Alarm
   *     evaluation</a>
   */
  public void watch(Alarm.Rule rule, Consumer<byte[]> target) {
    Alarm alarm = watch(rule);
    evaluateEach(
        rule,
        () -> {
          Alarm.State before = alarm.evaluate(metrics, timeline.instant());
          if (before != alarm.state()) {
            journal.accept(
                new Change.AlarmTurned(rule.name(), before.name(), alarm.state().name()));
            if (alarm.state() != Alarm.State.INSUFFICIENT_DATA) {
              delivery.send(Payloads.alarm(alarm, before, timeline.instant()), target);
            }
          }
        });
  }

  /**
   * Watches a metric as a scaling policy does: its action is repeated at each evaluation for as
   * long as the alarm stays in ALARM.
   */
  public void watchForScaling(Alarm.Rule rule, Runnable whileInAlarm) {
    Alarm alarm = watch(rule);
    evaluateEach(
        rule,
        () -> {
          alarm.evaluate(metrics, timeline.instant());
          if (alarm.state() == Alarm.State.ALARM) {
            whileInAlarm.run();
          }
        });
  }

  /**
   * Watches a metric for people: nobody is invoked.
   *
   * @param turned told of each change of state
   */
  public void watchForPeople(Alarm.Rule rule, Consumer<Alarm> turned) {
    Alarm alarm = watch(rule);
    evaluateEach(
        rule,
        () -> {
          Alarm.State before = alarm.evaluate(metrics, timeline.instant());
          if (before != alarm.state()) {
            journal.accept(
                new Change.AlarmTurned(rule.name(), before.name(), alarm.state().name()));
            turned.accept(alarm);
          }
        });
  }

  private Alarm watch(Alarm.Rule rule) {
    Alarm alarm = new Alarm(rule);
    alarms.add(alarm);
    return alarm;
  }

  private void evaluateEach(Alarm.Rule rule, Runnable evaluate) {
    boolean fine = rule.period().compareTo(MINUTE) < 0;
    Duration interval = fine ? rule.period() : MINUTE;
    Instant first =
        fine
            ? timeline.instant().plus(FINE_OFFSET)
            : timeline
                .instant()
                .truncatedTo(ChronoUnit.MINUTES)
                .plusSeconds(chance.of(rule.name(), 0).nextInt(EARLIEST_OFFSET, LATEST_OFFSET + 1));
    timeline.at(first, () -> timeline.every(interval, evaluate));
  }

  /**
   * The brain reads in parallel while the timeline waits for it; one reader at a time is let in.
   */
  public synchronized <T> T exclusively(Supplier<T> work) {
    return work.get();
  }
}
