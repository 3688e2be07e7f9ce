package dev.lockstep.drills.autoscaling;

import dev.lockstep.drills.time.Delay;
import java.time.Duration;
import java.util.List;

/**
 * An Auto Scaling group as it was created.
 *
 * @param zones Availability Zones, kept in balance
 * @param types instance types by priority; the next one is tried where the first has no capacity
 * @param initial hosts that are there at the start
 * @param protectNewHosts whether hosts are protected from scale-in
 * @param boot from a launch to the agent's registration with ECS
 * @param launchHook how long a lifecycle hook holds a new host before it enters service
 * @param managedDraining whether a host that is to end waits until ECS has moved its tasks
 */
public record GroupSettings(
    List<String> zones,
    List<InstanceType> types,
    int min,
    int max,
    int initial,
    boolean protectNewHosts,
    Delay boot,
    Duration launchHook,
    boolean managedDraining,
    WarmPool warmPool) {

  public GroupSettings {
    zones = List.copyOf(zones);
    types = List.copyOf(types);
    if (zones.isEmpty() || types.isEmpty()) {
      throw new IllegalArgumentException("a group needs a zone and an instance type");
    }
    if (min < 0 || min > initial || initial > max) {
      throw new IllegalArgumentException(
          "%d hosts at the start must lie within the group's MinSize %d and MaxSize %d"
              .formatted(initial, min, max));
    }
  }

  /** Two zones, hosts of one type, protected from scale-in and drained before they end. */
  public static GroupSettings of(int gpusPerHost, int initial, int max, Delay boot) {
    return new GroupSettings(
        List.of("eu-west-1a", "eu-west-1b"),
        List.of(InstanceType.ofGpus(gpusPerHost)),
        0,
        max,
        initial,
        true,
        boot,
        Duration.ZERO,
        true,
        WarmPool.NONE);
  }

  public GroupSettings withBoot(Delay other) {
    return new GroupSettings(
        zones,
        types,
        min,
        max,
        initial,
        protectNewHosts,
        other,
        launchHook,
        managedDraining,
        warmPool);
  }

  public GroupSettings withHosts(int newMin, int newInitial, int newMax) {
    return new GroupSettings(
        zones,
        types,
        newMin,
        newMax,
        newInitial,
        protectNewHosts,
        boot,
        launchHook,
        managedDraining,
        warmPool);
  }

  public GroupSettings withProtection(boolean protect) {
    return new GroupSettings(
        zones, types, min, max, initial, protect, boot, launchHook, managedDraining, warmPool);
  }

  /** Hosts end at once, with what runs on them. */
  public GroupSettings withoutDraining() {
    return new GroupSettings(
        zones, types, min, max, initial, protectNewHosts, boot, launchHook, false, warmPool);
  }

  public GroupSettings withWarmPool(WarmPool pool) {
    return new GroupSettings(
        zones, types, min, max, initial, protectNewHosts, boot, launchHook, managedDraining, pool);
  }

  public GroupSettings withTypes(List<InstanceType> others) {
    return new GroupSettings(
        zones,
        others,
        min,
        max,
        initial,
        protectNewHosts,
        boot,
        launchHook,
        managedDraining,
        warmPool);
  }

  public GroupSettings withLaunchHook(Duration hook) {
    return new GroupSettings(
        zones, types, min, max, initial, protectNewHosts, boot, hook, managedDraining, warmPool);
  }
}
