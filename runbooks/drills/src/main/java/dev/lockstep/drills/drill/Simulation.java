package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.control.BrainFunction;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.VirtualTimeline;
import dev.lockstep.drills.traffic.FleetTraffic;
import dev.lockstep.drills.traffic.GpuModel;
import dev.lockstep.drills.traffic.LoadBalancing;
import dev.lockstep.drills.traffic.RequestTimes;
import dev.lockstep.drills.traffic.SimulatedFleet;
import dev.lockstep.drills.traffic.Tally;
import dev.lockstep.drills.traffic.TrafficMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * An account with simulated tasks, the users' requests and the instruments, in virtual time. Who
 * controls it is connected from outside.
 */
public final class Simulation {
  /** A Monday morning. */
  public static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  private final VirtualTimeline timeline = new VirtualTimeline(START);
  private final SimulatedFleet fleet;
  private final Account account;
  private final CapacityLog capacity;
  private final TrafficMeter meter;
  private final int seconds;
  private Optional<BrainFunction> function = Optional.empty();

  /**
   * A simulation that has not begun.
   *
   * @param requests when users send them
   * @param finePublished whether the service publishes its own 10-second metrics
   * @param story told of each change, with the time since the start
   * @param periods told of each ten seconds
   */
  public Simulation(
      AccountSettings settings,
      GpuModel gpu,
      RequestTimes requests,
      Chance chance,
      boolean finePublished,
      BiConsumer<Duration, Change> story,
      Consumer<Tally> periods) {
    FleetTraffic traffic = new FleetTraffic(requests, gpu, LoadBalancing.OF_THE_MODULE);
    this.fleet =
        new SimulatedFleet(
            settings.service(), timeline, chance, traffic, LoadBalancing.OF_THE_MODULE);
    this.account =
        new Account(
            settings,
            timeline,
            chance,
            fleet,
            change -> story.accept(Duration.between(START, timeline.instant()), change));
    account.listener().whenChanged(() -> fleet.distrust(!account.listener().trusted()));
    this.capacity = new CapacityLog(account);
    this.meter =
        new TrafficMeter(
            account,
            fleet,
            finePublished,
            period -> {
              capacity.periodOver(period);
              periods.accept(period);
            });
    this.seconds = requests.seconds();
  }

  public Account account() {
    return account;
  }

  public SimulatedFleet fleet() {
    return fleet;
  }

  /** The function that controls it, where it is more than its handler. */
  BrainFunction function() {
    return function.orElseThrow(() ->
        new ScenarioException(
            "a fault of the function is played in a page's scenario only, one with claims"));
  }

  void controlledBy(BrainFunction deployed) {
    function = Optional.of(deployed);
  }

  public CapacityLog capacity() {
    return capacity;
  }

  public TrafficMeter meter() {
    return meter;
  }

  /** Plays all of the users' requests. */
  public void run() {
    meter.start();
    capacity.start();
    timeline.runUntil(START.plusSeconds(seconds));
  }
}
