package dev.lockstep.drills.account;

import dev.lockstep.drills.autoscaling.GroupSettings;
import dev.lockstep.drills.ecs.ServiceSettings;
import dev.lockstep.drills.time.Delay;
import java.time.Duration;

/** What is in a simulated account: a group of hosts and a service on them. */
public record AccountSettings(GroupSettings group, ServiceSettings service) {

  /** Shares of a lead time that a boot, an image pull and a model load have. */
  private static final double BOOT_SHARE = 0.50;

  private static final double PULL_SHARE = 0.25;

  public AccountSettings {
    for (var type : group.types()) {
      if (type.resources().fit(service.each()) < 1) {
        throw new IllegalArgumentException(
            "a task of %d GPUs never fits a host of %d"
                .formatted(service.each().gpus(), type.resources().gpus()));
      }
    }
  }

  /** From ordering a host to a task serving on it, half of the time at most. */
  public Duration lead() {
    return group
        .boot()
        .median()
        .plus(service.imagePull().median())
        .plus(service.modelLoad().median());
  }

  /** The same account with other times from ordering a host to a task serving on it. */
  public AccountSettings withLead(Delay lead) {
    return new AccountSettings(
        group.withBoot(lead.times(BOOT_SHARE)),
        service.withSlowness(lead.times(PULL_SHARE), lead.times(1 - BOOT_SHARE - PULL_SHARE)));
  }
}
