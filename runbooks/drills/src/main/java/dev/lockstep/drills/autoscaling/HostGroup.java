package dev.lockstep.drills.autoscaling;

import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * An EC2 Auto Scaling group. Its desired capacity is a wish: it is accepted at once, and hosts
 * appear, enter service and register with ECS each in their own time, or not at all.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html">Instance
 *     lifecycle</a>
 */
public final class HostGroup {
  /** Processes that can be suspended and are simulated. */
  public enum ScalingProcess {
    LAUNCH,
    TERMINATE,
    AZ_REBALANCE
  }

  /** Auto Scaling needs some seconds to act on a new desired capacity. */
  public static final Duration REACTION = Duration.ofSeconds(5);

  /** After a failed launch the group tries again by itself. */
  static final Duration RETRY = Duration.ofMinutes(1);

  private final GroupSettings settings;
  private final Timeline timeline;
  private final Consumer<Change> journal;
  private final Ec2Capacity capacity = new Ec2Capacity();
  private final Hosts hosts;
  private final Map<String, String> tags = new TreeMap<>();
  private final Set<ScalingProcess> suspended = new TreeSet<>();
  private List<InstanceType> types;
  private int min;
  private int max;
  private int desired;
  private Instant actsUntil = Instant.MIN;
  private boolean retrying;
  private long changesOfDesired;

  /** A group without hosts; {@link #begin} puts the first in service. */
  public HostGroup(
      GroupSettings settings,
      Timeline timeline,
      Chance chance,
      Consumer<Change> journal,
      HostListener listener) {
    this.settings = settings;
    this.timeline = timeline;
    this.journal = journal;
    this.types = settings.types();
    this.min = settings.min();
    this.max = settings.max();
    this.hosts = new Hosts(settings, capacity, timeline, chance, journal, listener);
  }

  /** Puts the first hosts in service and registers them, as if they had been there for long. */
  public void begin() {
    desired = settings.initial();
    for (int i = 0; i < settings.initial(); i++) {
      hosts.addSettled();
    }
  }

  public GroupSettings settings() {
    return settings;
  }

  public int desired() {
    return desired;
  }

  public int min() {
    return min;
  }

  public int max() {
    return max;
  }

  /** What UpdateAutoScalingGroup does to the bounds. */
  public void setBounds(int newMin, int newMax) {
    min = newMin;
    max = newMax;
  }

  /** Zones that new hosts are launched in. */
  public List<String> zones() {
    return hosts.zones();
  }

  /**
   * What UpdateAutoScalingGroup does with other subnets. Protected hosts in a zone that is left out
   * stay.
   */
  public void useZones(List<String> zones) {
    hosts.useZones(zones);
  }

  /** New hosts are of these types, by priority; they hold as much as those before. */
  public void useTypes(List<String> names) {
    Resources resources = types.getFirst().resources();
    types = names.stream().map(name -> new InstanceType(name, resources)).toList();
  }

  /** Hosts that EC2 bills for: all but those that have ended. */
  public List<Host> hosts() {
    return hosts.all();
  }

  public int billed() {
    return hosts.size();
  }

  public Optional<Host> host(String id) {
    return hosts.named(id);
  }

  /** Stopped hosts in the warm pool. */
  public int warm() {
    return hosts.pool().ready();
  }

  public List<ScalingActivity> activities() {
    return hosts.activities().newestFirst();
  }

  /** Whether a launch or a termination is under way. */
  public boolean changing() {
    return hosts.activities().anyInProgress();
  }

  /** How often somebody changed the desired capacity. */
  public long changesOfDesired() {
    return changesOfDesired;
  }

  public Ec2Capacity capacity() {
    return capacity;
  }

  public Map<String, String> tags() {
    return Map.copyOf(tags);
  }

  public void tag(String key, String value) {
    tags.put(key, value);
  }

  public void untag(String key) {
    tags.remove(key);
  }

  /** From now on boots take so many times as long as before; its reciprocal ends that. */
  public void slowBoots(double factor) {
    hosts.slowBoots(factor);
  }

  public void suspend(ScalingProcess process) {
    suspended.add(process);
  }

  public void resume(ScalingProcess process) {
    suspended.remove(process);
    reconcileSoon();
  }

  /**
   * What SetDesiredCapacity does.
   *
   * @throws IllegalArgumentException outside the bounds, in Auto Scaling's own words
   * @see <a
   *     href="https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html">SetDesiredCapacity</a>
   */
  public void setDesired(int wanted) {
    if (wanted > max || wanted < min) {
      throw new IllegalArgumentException(
          "New SetDesiredCapacity value %d is %s value %d for the AutoScalingGroup."
              .formatted(
                  wanted, wanted < min ? "below min" : "above max", wanted < min ? min : max));
    }
    if (wanted != desired) {
      changeDesired(wanted);
      reconcileSoon();
    }
  }

  private void changeDesired(int wanted) {
    journal.accept(new Change.HostsAsked(desired, wanted));
    desired = wanted;
    changesOfDesired++;
  }

  /**
   * What TerminateInstanceInAutoScalingGroup does: ends the named host, protected or not.
   *
   * @param decrement whether the desired capacity sinks with it, or a new host follows
   * @throws IllegalArgumentException when there is no such host, or MinSize forbids it
   * @see <a
   *     href="https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html">TerminateInstanceInAutoScalingGroup</a>
   */
  public void terminate(String id, boolean decrement) {
    Host host =
        hosts
            .named(id)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "Instance Id not found - No managed instance found for instance ID: " + id));
    if (decrement && desired - 1 < min) {
      throw new IllegalArgumentException(
          ("Currently, desiredSize equals minSize (%d). Terminating instance without replacement"
                  + " will violate group's min size constraint. Either set"
                  + " shouldDecrementDesiredCapacity flag to false or lower group's min size.")
              .formatted(min));
    }
    if (host.counted()) {
      if (decrement) {
        changeDesired(desired - 1);
      }
      end(host, "a user request");
      reconcileSoon();
    }
  }

  /** The host dies at once, with all that runs on it. */
  public void kill(String id) {
    hosts.named(id).filter(Host::counted).ifPresent(host -> hosts.kill(host, this::reconcile));
  }

  private void reconcileSoon() {
    actsUntil = timeline.instant().plus(REACTION);
    timeline.after(REACTION, this::reconcile);
  }

  /**
   * Hosts that are ordered and not launched yet, while Auto Scaling is about to act: the moment
   * after the desired capacity was raised, and the minute in which it has not noticed a death. A
   * launch that failed is no order any more.
   */
  public int beingOrdered() {
    if (suspended.contains(ScalingProcess.LAUNCH)) {
      return 0;
    }
    int missing = Math.max(0, desired - hosts.counted());
    return timeline.instant().isAfter(actsUntil)
        ? Math.min(missing, hosts.unnoticedDeaths())
        : missing;
  }

  private void reconcile() {
    int counted = hosts.counted();
    if (counted < desired && !suspended.contains(ScalingProcess.LAUNCH)) {
      launch(desired - counted);
    } else if (counted > desired && !suspended.contains(ScalingProcess.TERMINATE)) {
      TerminationPolicy.victims(hosts.all(), counted - desired)
          .forEach(host -> end(host, "a change in desired capacity"));
    }
  }

  private void launch(int missing) {
    for (int i = 0; i < missing; i++) {
      if (!launchOne()) {
        retryLater();
        return;
      }
    }
  }

  private boolean launchOne() {
    for (InstanceType type : types) {
      for (String zone : hosts.emptiestZones()) {
        if (capacity.has(zone, type)) {
          hosts.launch(zone, type, cause());
          return true;
        }
        hosts
            .activities()
            .fail(
                "Launching a new EC2 instance.  Status Reason: "
                    + Ec2Capacity.refusal(type, zone, zones()),
                cause(),
                Ec2Capacity.refusal(type, zone, zones()),
                timeline.instant());
        journal.accept(new Change.LaunchFailed(type.name(), zone));
      }
    }
    return false;
  }

  private void retryLater() {
    if (!retrying) {
      retrying = true;
      timeline.after(
          RETRY,
          () -> {
            retrying = false;
            reconcile();
          });
    }
  }

  private String cause() {
    return "At %s an instance was started in response to a difference between desired and actual capacity, increasing the capacity from %d to %d."
        .formatted(timeline.instant(), hosts.counted(), desired);
  }

  private void end(Host host, String why) {
    hosts.end(host, why, this::rebalance);
  }

  /**
   * When zones are out of balance the group launches a host where there are few and then ends one
   * where there are many; protected ones it leaves alone.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html#AutoScalingBehavior.InstanceUsage">Rebalancing</a>
   */
  private void rebalance() {
    if (suspended.contains(ScalingProcess.AZ_REBALANCE) || hosts.counted() != desired) {
      return;
    }
    Optional<Host> spare = TerminationPolicy.unbalanced(hosts.all(), zones());
    spare.ifPresent(host -> {
      String zone = hosts.emptiestZones().getFirst();
      InstanceType type = types.getFirst();
      if (capacity.has(zone, type)) {
        hosts.launch(zone, type, cause());
        timeline.after(
            settings.boot().median(),
            () -> {
              if (host.counted()) {
                end(host, "an imbalance of Availability Zones");
              }
            });
      }
    });
  }

  /**
   * Sets or lifts the protection of a host from scale-in.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html">Instance
   *     scale-in protection</a>
   */
  public void protect(String id, boolean isProtected) {
    host(id).ifPresent(host -> host.protect(isProtected));
  }
}
