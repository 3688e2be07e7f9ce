package dev.lockstep.drills.autoscaling;

import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.Timeline;
import java.time.Duration;

/** How long each boot takes: drawn by its number, and shorter from the warm pool. */
final class Boots {
  private final GroupSettings settings;
  private final Ec2Capacity capacity;
  private final Timeline timeline;
  private final Chance chance;
  private int warm;
  private double factor = 1;

  Boots(GroupSettings settings, Ec2Capacity capacity, Timeline timeline, Chance chance) {
    this.settings = settings;
    this.capacity = capacity;
    this.timeline = timeline;
    this.chance = chance;
    this.warm = settings.warmPool().size();
  }

  int warm() {
    return warm;
  }

  /** From now on boots take so many times as long as before. */
  void slow(double times) {
    factor *= times;
  }

  /** What the next boot takes, from the warm pool while it has a host. */
  Duration next(long launch) {
    double share = factor;
    if (warm > 0) {
      warm--;
      share *= settings.warmPool().shareOfBoot();
      refill(launch);
    }
    return settings.boot().times(share).draw(chance.of("boot", launch));
  }

  /** The pool is filled again by a whole cold boot, when EC2 has a host for it. */
  private void refill(long launch) {
    Duration coldBoot = settings.boot().draw(chance.of("warm pool", launch));
    timeline.after(
        coldBoot,
        () -> {
          boolean granted =
              settings.zones().stream()
                  .anyMatch(zone -> capacity.has(zone, settings.types().getFirst()));
          if (granted && warm < settings.warmPool().size()) {
            warm++;
          } else if (!granted) {
            timeline.after(HostGroup.RETRY, () -> refill(launch));
          }
        });
  }
}
