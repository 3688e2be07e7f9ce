package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.rules.HpaRule;
import dev.lockstep.drills.rules.KpaRule;
import java.time.Duration;
import java.util.function.IntSupplier;

/** Kubernetes' rules for replicas, run on a service's tasks at their own pace. */
final class WatchfulTasks {
  /** An adapter's rate over half a minute, as is usual with the horizontal pod autoscaler. */
  private static final Duration HPA_WINDOW = Duration.ofSeconds(30);

  private WatchfulTasks() {}

  static void hpa(
      Account account, DemandGauge gauge, HpaRule rule, TaskBounds bounds, HostKeeper hosts) {
    each(
        account,
        HpaRule.SYNC,
        bounds,
        hosts,
        () -> {
          int ready = account.service().serving();
          double perPod = ready == 0 ? 0 : gauge.perSecond(HPA_WINDOW) / ready;
          return rule.desired(
              account.timeline().instant(), account.service().desired(), ready, perPod);
        });
  }

  static void kpa(
      Account account, DemandGauge gauge, KpaRule rule, TaskBounds bounds, HostKeeper hosts) {
    each(
        account,
        KpaRule.TICK,
        bounds,
        hosts,
        () ->
            rule.desired(
                account.timeline().instant(),
                account.service().serving(),
                gauge.perSecond(KpaRule.STABLE),
                gauge.perSecond(KpaRule.PANIC)));
  }

  private static void each(
      Account account,
      Duration interval,
      TaskBounds bounds,
      HostKeeper hosts,
      IntSupplier desired) {
    account
        .timeline()
        .after(
            interval,
            () ->
                account
                    .timeline()
                    .every(
                        interval,
                        () -> {
                          int tasks = bounds.clamp(desired.getAsInt());
                          hosts.tasksWanted(tasks);
                          account.service().setDesired(tasks);
                        }));
  }
}
