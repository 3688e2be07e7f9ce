package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.ecs.TaskService;
import java.util.Locale;
import java.util.OptionalDouble;

/** One line of how things stand. */
public final class Glance {
  private Glance() {}

  public static void tell(Account account, OptionalDouble p95) {
    TaskService service = account.service();
    account.tell(
        "now",
        String.format(
            Locale.ROOT,
            "hosts %d/%d  tasks %d/%d serving, %d missing  p95 %s",
            account.cluster().registered(),
            account.group().desired(),
            service.serving(),
            service.desired(),
            service.desired() - service.running(),
            p95.isPresent()
                ? String.format(Locale.ROOT, "%.0f ms", p95.getAsDouble())
                : "unknown"));
  }
}
