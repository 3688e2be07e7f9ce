package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.control.Controller;
import dev.lockstep.drills.control.LockstepWiring;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.traffic.RequestTimes;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** Plays a scenario in virtual time. */
public final class Drill {
  private static final Duration TICK = Duration.ofMinutes(1);
  private static final Duration GLANCE = Duration.ofMinutes(1);

  private Drill() {}

  /**
   * Plays a scenario to its end.
   *
   * @param controller who reacts to alarms, ticks and events
   * @param story told of each change, with the time since the start
   */
  public static Summary play(
      Scenario scenario,
      BiFunction<Account, Policy, Controller> controller,
      BiConsumer<Duration, Change> story) {
    Simulation simulation =
        new Simulation(
            scenario.account(),
            scenario.gpu(),
            RequestTimes.draw(scenario.demand(), scenario.seed()),
            new Chance(scenario.seed()),
            /* finePublished= */ true,
            story,
            _ -> {});
    Account account = simulation.account();
    Policy policy = scenario.policy();
    LockstepWiring.connect(account, controller.apply(account, policy), policy, TICK);
    account.timeline().every(GLANCE, () -> Glance.tell(account, simulation.capacity().latestP95()));
    scenario.faults().forEach(fault -> fault.on(simulation));
    simulation.run();
    return Summary.of(
        policy, scenario.account(), account, simulation.meter().totals(), simulation.capacity());
  }
}
