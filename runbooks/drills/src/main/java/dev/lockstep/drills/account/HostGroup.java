package dev.lockstep.drills.account;

import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * An EC2 Auto Scaling group. Its desired capacity is a wish: it is accepted at once, and hosts
 * appear, enter service and register with ECS each in their own time.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html">Instance
 *     lifecycle</a>
 */
public final class HostGroup {
  /** Auto Scaling needs some seconds to act on a new desired capacity. */
  private static final Duration REACTION = Duration.ofSeconds(5);

  /** An instance is in service when EC2 runs it, long before its agent has registered. */
  private static final double IN_SERVICE_SHARE_OF_BOOT = 0.4;

  private final AccountSettings settings;
  private final Timeline timeline;
  private final Consumer<Change> journal;
  private final Runnable registered;
  private final List<Host> hosts = new ArrayList<>();
  private final Map<String, String> tags = new TreeMap<>();
  private int desired;

  /**
   * A group with its first hosts in service and registered.
   *
   * @param registered told when ECS has come to know a host
   */
  HostGroup(
      AccountSettings settings, Timeline timeline, Consumer<Change> journal, Runnable registered) {
    this.settings = settings;
    this.timeline = timeline;
    this.journal = journal;
    this.registered = registered;
    this.desired = settings.hosts();
    for (int i = 0; i < settings.hosts(); i++) {
      Host host = newHost();
      host.entersService();
      host.registers();
    }
  }

  public int desired() {
    return desired;
  }

  public int max() {
    return settings.maxHosts();
  }

  public List<Host> hosts() {
    return List.copyOf(hosts);
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

  /**
   * What SetDesiredCapacity does.
   *
   * @throws IllegalArgumentException above the maximum, in Auto Scaling's own words
   * @throws UnsupportedOperationException below the present capacity
   */
  public void setDesired(int wanted) {
    if (wanted > max() || wanted < 0) {
      throw new IllegalArgumentException(
          "New SetDesiredCapacity value %d is %s value %d for the AutoScalingGroup."
              .formatted(wanted, wanted < 0 ? "below min" : "above max", wanted < 0 ? 0 : max()));
    }
    if (wanted < desired) {
      throw new UnsupportedOperationException(
          "this account does not simulate lowering a group's desired capacity (%d -> %d) yet"
              .formatted(desired, wanted));
    }
    if (wanted > desired) {
      journal.accept(new Change.HostsAsked(desired, wanted));
      desired = wanted;
      timeline.after(REACTION, this::launchMissing);
    }
  }

  private void launchMissing() {
    while (hosts.size() < desired) {
      Host host = newHost();
      journal.accept(new Change.HostLaunched(host.id()));
      Duration untilInService =
          Duration.ofMillis(Math.round(settings.hostBoot().toMillis() * IN_SERVICE_SHARE_OF_BOOT));
      timeline.after(untilInService, host::entersService);
      timeline.after(settings.hostBoot(), () -> register(host));
    }
  }

  private void register(Host host) {
    host.registers();
    journal.accept(new Change.HostRegistered(host.id()));
    registered.run();
  }

  private Host newHost() {
    Host host =
        new Host(
            "i-%017x".formatted(0xA0 + hosts.size()), timeline.instant(), settings.gpusPerHost());
    hosts.add(host);
    return host;
  }
}
