package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.Change;
import dev.lockstep.drills.control.Controller;
import dev.lockstep.drills.time.VirtualTimeline;
import dev.lockstep.drills.traffic.Arrivals;
import dev.lockstep.drills.traffic.SimulatedFleet;
import dev.lockstep.drills.traffic.TrafficMeter;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.random.RandomGeneratorFactory;

/** Plays a scenario in virtual time. */
public final class Drill {
  private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");
  private static final Duration TICK = Duration.ofMinutes(1);
  private static final Duration GLANCE = Duration.ofMinutes(1);

  private Drill() {}

  /**
   * Plays a scenario to its end.
   *
   * @param controller who reacts to alarms and ticks
   * @param story told of each change, with the time since the start
   */
  public static Summary play(
      Scenario scenario,
      BiFunction<Account, Policy, Controller> controller,
      BiConsumer<Duration, Change> story) {
    VirtualTimeline timeline = new VirtualTimeline(START);
    Arrivals arrivals =
        new Arrivals(
            scenario.demand(),
            RandomGeneratorFactory.of("L64X128MixRandom").create(scenario.seed()));
    SimulatedFleet fleet =
        new SimulatedFleet(scenario.account(), timeline, arrivals, scenario.gpu());
    Account account =
        new Account(
            scenario.account(),
            timeline,
            fleet,
            change -> story.accept(Duration.between(START, timeline.instant()), change));
    CapacityLog capacity = new CapacityLog(account);
    TrafficMeter meter = new TrafficMeter(account, capacity::periodOver);
    long seconds = scenario.demand().seconds();

    fleet.drive(account, meter, seconds);
    meter.start();
    capacity.start();
    timeline.every(GLANCE, () -> Glance.tell(account, capacity.latestP95()));
    World.connect(
        account, controller.apply(account, scenario.policy()), scenario.alarmAbove(), TICK);
    timeline.runUntil(START.plusSeconds(seconds));

    return Summary.of(scenario.policy(), scenario.account(), account, meter.totals(), capacity);
  }
}
