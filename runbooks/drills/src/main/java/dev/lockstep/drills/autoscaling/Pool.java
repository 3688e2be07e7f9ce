package dev.lockstep.drills.autoscaling;

import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** The stopped hosts of a group's warm pool, full at the start; a host keeps its name. */
final class Pool {
  /** Far from those of hosts that were never in the pool. */
  private static final long FIRST_ID = 0xF000;

  private final GroupSettings settings;
  private final Ec2Capacity capacity;
  private final Timeline timeline;
  private final Chance chance;
  private final Activities activities;
  private final Queue<String> stopped = new ArrayDeque<>();
  private long named;

  Pool(
      GroupSettings settings,
      Ec2Capacity capacity,
      Timeline timeline,
      Chance chance,
      Activities activities) {
    this.settings = settings;
    this.capacity = capacity;
    this.timeline = timeline;
    this.chance = chance;
    this.activities = activities;
    for (int i = 0; i < settings.warmPool().size(); i++) {
      stopped.add(newId());
    }
  }

  private String newId() {
    return "i-%017x".formatted(FIRST_ID + named++);
  }

  /** Hosts that could be started now. */
  int ready() {
    return stopped.size();
  }

  /**
   * Takes a host, by its name, and orders another for the pool.
   *
   * @param launch the number of the launch that takes it, which the other's boot is drawn by
   */
  Optional<String> take(long launch) {
    Optional<String> taken = Optional.ofNullable(stopped.poll());
    taken.ifPresent(_ -> fill(launch));
    return taken;
  }

  /** By a whole cold boot, when EC2 has a host for it. */
  private void fill(long launch) {
    boolean granted =
        settings.zones().stream().anyMatch(zone -> capacity.has(zone, settings.types().getFirst()));
    if (!granted) {
      timeline.after(HostGroup.RETRY, () -> fill(launch));
      return;
    }
    String id = newId();
    String activity =
        activities.begin(
            "Launching a new EC2 instance into warm pool: " + id,
            "At %s an instance was started in response to a difference between desired and actual capacity of the warm pool."
                .formatted(timeline.instant()),
            timeline.instant());
    Duration coldBoot = settings.boot().draw(chance.of("warm pool", launch));
    timeline.after(
        coldBoot,
        () -> {
          activities.succeed(activity, timeline.instant());
          stopped.add(id);
        });
  }
}
