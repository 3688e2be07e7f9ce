package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.HostGroup;
import dev.lockstep.drills.ecs.ContainerInstance;
import java.time.Duration;

/**
 * Hosts that follow the tasks in the same breath: ordered with them, and ended by name once they
 * are empty and too many. Put behind another product's rule for tasks it shows what joint sizing
 * alone is worth.
 */
final class JointHosts implements HostKeeper {
  private static final Duration TRIM = Duration.ofMinutes(1);

  private final Account account;
  private final int fit;

  JointHosts(Account account) {
    this.account = account;
    this.fit =
        account
            .group()
            .settings()
            .types()
            .getFirst()
            .resources()
            .fit(account.service().settings().each());
    account.timeline().after(TRIM, () -> account.timeline().every(TRIM, this::trim));
  }

  @Override
  public void tasksWanted(int tasks) {
    HostGroup group = account.group();
    int hosts = Math.min(group.max(), Math.ceilDiv(tasks, fit));
    if (hosts > group.desired()) {
      group.setDesired(hosts);
    }
  }

  private void trim() {
    HostGroup group = account.group();
    int surplus = group.desired() - Math.ceilDiv(account.service().desired(), fit);
    for (ContainerInstance instance : account.cluster().instances()) {
      if (surplus > 0 && instance.tasks().isEmpty() && instance.host().counted()) {
        group.terminate(instance.host().id(), /* decrement= */ true);
        surplus--;
      }
    }
  }
}
