package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.autoscaling.GroupSettings;
import dev.lockstep.drills.control.LockstepWiring;
import dev.lockstep.drills.ecs.ServiceSettings;
import dev.lockstep.drills.time.Delay;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.drills.traffic.GpuModel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The scenarios that can be played by name. Numbers are the design's own (section 6). */
public final class Scenarios {
  private static final double QUIET = 12;
  private static final double PEAK = 40;
  private static final long SURGE_SECOND = 5 * 60L;
  private static final long SECONDS = 20 * 60L;

  private static final Duration LEAD = Duration.ofMinutes(4);
  private static final long SEED = 1;

  public static final Scenario TRAFFIC_SPIKE =
      new Scenario(
          "traffic-spike",
          "requests rise from 12 to 40 a second at once",
          account(Duration.ofSeconds(120), Duration.ofSeconds(60), Duration.ofSeconds(60)),
          new Demand.Surge(QUIET, PEAK, SURGE_SECOND, SECONDS),
          GpuModel.DEFAULT,
          LockstepWiring.environment(LEAD),
          SEED,
          List.of());

  public static final Scenario TASKS_ALONE =
      new Scenario(
          "tasks-alone",
          "the same surge, first with tasks raised alone, then with Lockstep",
          TRAFFIC_SPIKE.account(),
          TRAFFIC_SPIKE.demand(),
          GpuModel.DEFAULT,
          LockstepWiring.environment(LEAD),
          SEED,
          List.of());

  private Scenarios() {}

  public static List<Scenario> all() {
    return List.of(TASKS_ALONE, TRAFFIC_SPIKE);
  }

  public static Optional<Scenario> named(String name) {
    return all().stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }

  /** One GPU a host and a task, two of each at the start, room for eight. */
  public static AccountSettings account(Duration hostBoot, Duration imagePull, Duration modelLoad) {
    return new AccountSettings(
        GroupSettings.of(/* gpusPerHost= */ 1, /* initial= */ 2, /* max= */ 8, Delay.of(hostBoot)),
        ServiceSettings.of(
            /* gpus= */ 1, /* initial= */ 2, Delay.of(imagePull), Delay.of(modelLoad)));
  }
}
