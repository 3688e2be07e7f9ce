package dev.lockstep.drills.autoscaling;

import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The hosts of a group, each from its launch to its end: it boots, enters service, registers with
 * ECS, is drained and shut down, or dies. How many there should be is not decided here.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html">Instance
 *     lifecycle</a>
 */
final class Hosts {
  /** An instance is in service when EC2 runs it, long before its agent has registered. */
  private static final double IN_SERVICE_SHARE_OF_BOOT = 0.4;

  /** EC2 needs this long to shut an instance down. */
  private static final Duration SHUTDOWN = Duration.ofSeconds(30);

  /** Auto Scaling notices a dead instance by EC2's status checks. */
  private static final Duration DEATH_NOTICED = Duration.ofMinutes(1);

  private final GroupSettings settings;
  private final Timeline timeline;
  private final Consumer<Change> journal;
  private final HostListener listener;
  private final Chance chance;
  private final Pool pool;
  private final Activities activities = new Activities();
  private final Map<String, Host> byId = new LinkedHashMap<>();
  private List<String> zones;
  private long launches;
  private int unnoticedDeaths;
  private double bootFactor = 1;

  Hosts(
      GroupSettings settings,
      Ec2Capacity capacity,
      Timeline timeline,
      Chance chance,
      Consumer<Change> journal,
      HostListener listener) {
    this.settings = settings;
    this.zones = settings.zones();
    this.timeline = timeline;
    this.journal = journal;
    this.listener = listener;
    this.chance = chance;
    this.pool = new Pool(settings, capacity, timeline, chance, activities);
  }

  Activities activities() {
    return activities;
  }

  Pool pool() {
    return pool;
  }

  /** From now on boots take so many times as long as before. */
  void slowBoots(double times) {
    bootFactor *= times;
  }

  /** All but those that have ended. */
  List<Host> all() {
    return List.copyOf(byId.values());
  }

  int size() {
    return byId.size();
  }

  /** Hosts that are dead without Auto Scaling knowing it. */
  int unnoticedDeaths() {
    return unnoticedDeaths;
  }

  Optional<Host> named(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  int counted() {
    int counted = 0;
    for (Host host : byId.values()) {
      if (host.counted()) {
        counted++;
      }
    }
    return counted;
  }

  List<String> zones() {
    return zones;
  }

  /** New hosts are launched in these zones and in no other; those that are there stay. */
  void useZones(List<String> others) {
    zones = List.copyOf(others);
  }

  /** Zones by how few hosts they have: the group keeps them in balance. */
  List<String> emptiestZones() {
    return zones.stream()
        .sorted(
            Comparator.comparingLong(zone ->
                byId.values().stream()
                    .filter(host -> host.counted() && host.zone().equals(zone))
                    .count()))
        .toList();
  }

  /** One that has been there for long: in service and registered. */
  void addSettled() {
    Host host = add(newId(), emptiestZones().getFirst(), settings.types().getFirst());
    host.becomes(Host.State.IN_SERVICE);
    listener.booted(host);
  }

  private String newId() {
    return "i-%017x".formatted(0xA0 + launches);
  }

  private Host add(String id, String zone, InstanceType type) {
    Host host = new Host(id, zone, type, timeline.instant(), settings.protectNewHosts());
    launches++;
    byId.put(host.id(), host);
    return host;
  }

  /** A launch that EC2 has granted: from the warm pool while it has a host, or a cold boot. */
  void launch(String zone, InstanceType type, String cause) {
    Optional<String> pooled = pool.take(launches + 1);
    Host host = add(pooled.orElseGet(this::newId), zone, type);
    journal.accept(new Change.HostLaunched(host.id()));
    String activity =
        activities.begin(
            "Launching a new EC2 instance%s: %s"
                .formatted(pooled.isPresent() ? " from warm pool" : "", host.id()),
            cause,
            timeline.instant());
    Duration boot = boot(pooled.isPresent());
    Duration untilRunning =
        Duration.ofMillis(Math.round(boot.toMillis() * IN_SERVICE_SHARE_OF_BOOT));
    timeline.after(untilRunning.plus(settings.launchHook()), () -> enterService(host, activity));
    timeline.after(boot.plus(settings.launchHook()), () -> register(host));
  }

  /** Drawn by its number, and shorter from the warm pool. */
  private Duration boot(boolean fromPool) {
    double share = fromPool ? bootFactor * settings.warmPool().shareOfBoot() : bootFactor;
    return settings.boot().times(share).draw(chance.of("boot", launches));
  }

  private void enterService(Host host, String activity) {
    if (host.state() == Host.State.PENDING) {
      host.becomes(Host.State.IN_SERVICE);
      activities.succeed(activity, timeline.instant());
    }
  }

  private void register(Host host) {
    if (host.counted()) {
      journal.accept(new Change.HostRegistered(host.id()));
      listener.booted(host);
    }
  }

  /**
   * Ends a host, when it is drained if the group drains.
   *
   * @param gone told when nothing is left of it
   */
  void end(Host host, String why, Runnable gone) {
    journal.accept(new Change.HostEnds(host.id()));
    String activity =
        activities.begin(
            "Terminating EC2 instance: " + host.id(),
            "At %s an instance was taken out of service in response to %s."
                .formatted(timeline.instant(), why),
            timeline.instant());
    host.becomes(Host.State.TERMINATING);
    Runnable shutDown =
        () -> {
          listener.ended(host);
          timeline.after(
              SHUTDOWN,
              () -> {
                activities.succeed(activity, timeline.instant());
                remove(host);
                gone.run();
              });
        };
    if (settings.managedDraining()) {
      listener.draining(host, shutDown);
    } else {
      shutDown.run();
    }
  }

  /**
   * A host dies at once, with all that runs on it.
   *
   * @param noticed told when Auto Scaling has noticed
   */
  void kill(Host host, Runnable noticed) {
    journal.accept(new Change.HostDied(host.id()));
    unnoticedDeaths++;
    host.dies();
    listener.ended(host);
    timeline.after(
        DEATH_NOTICED,
        () -> {
          activities.fail(
              "Terminating EC2 instance: " + host.id(),
              "At %s an instance was taken out of service in response to an EC2 health check"
                      .formatted(timeline.instant())
                  + " indicating it has been terminated or stopped.",
              "the instance is gone",
              timeline.instant());
          remove(host);
          unnoticedDeaths--;
          noticed.run();
        });
  }

  private void remove(Host host) {
    host.becomes(Host.State.TERMINATED);
    byId.remove(host.id());
  }
}
