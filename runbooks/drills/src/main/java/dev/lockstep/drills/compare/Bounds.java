package dev.lockstep.drills.compare;

import dev.lockstep.drills.compare.Contender.Setting;
import dev.lockstep.drills.compare.Contender.Staging;
import dev.lockstep.drills.rules.Clairvoyant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What no real system is, to measure real ones against. */
final class Bounds {
  /** Seconds around each second over which the optimum takes the rate. */
  static final int OPTIMUM_WINDOW = 60;

  private static final int REACTIVE_WINDOW = 30;

  /** Requests a second a task, from more than it sustains to far less. */
  private static final double[] RATES = {12, 10, 9, 8, 7, 6, 5, 4, 3, 2};

  /** The position of what a task sustains. */
  private static final int SUSTAINED = 3;

  private static final int STATIC_SETTINGS = 9;
  private static final int STEPS_A_FLEET = 6;
  private static final int STEPS_BELOW = 2;

  private Bounds() {}

  private interface RatedPlanner {
    Clairvoyant.Schedule plan(Needs needs, double rate, int lead, int initial);
  }

  static Contender staticMinimum(Experiment experiment) {
    return staticFleet(
        "bound-static-minimum", "the mean's fleet, all the time", experiment.workload().meanRate());
  }

  static Contender staticPeak(Experiment experiment) {
    return staticFleet(
        "bound-static-peak", "the peak's fleet, all the time", experiment.workload().peakRate());
  }

  static Contender reactive() {
    return bound(
        "bound-reactive",
        "sees demand at once, knows nothing of the future",
        (needs, rate, lead, initial) ->
            Clairvoyant.reactive(needs.before(rate, REACTIVE_WINDOW), lead, initial));
  }

  static Contender clairvoyant() {
    return bound(
        "bound-clairvoyant",
        "knows the future: the cheapest fleet there can be",
        (needs, rate, lead, initial) ->
            Clairvoyant.optimum(needs.around(rate, OPTIMUM_WINDOW), lead, initial));
  }

  /** From two thirds of what the rate needs, in steps of a sixth. */
  private static Contender staticFleet(String id, String about, double rate) {
    int tasks = Math.max(1, (int) Math.ceil(rate / Experiment.RATE_PER_TASK));
    int step = Math.max(1, Math.ceilDiv(tasks, STEPS_A_FLEET));
    int fewest = Math.max(1, tasks - STEPS_BELOW * step);
    List<Setting> settings =
        IntStream.range(0, STATIC_SETTINGS)
            .mapToObj(position -> {
              int count = fewest + position * step;
              return new Setting(
                  "%d tasks".formatted(count),
                  new Staging.Scheduled(
                      (needs, _, _) -> Clairvoyant.constant(count, needs.seconds())));
            })
            .toList();
    return new Contender(id, about, settings, Math.ceilDiv(tasks - fewest, step));
  }

  private static Contender bound(String id, String about, RatedPlanner planner) {
    return new Contender(
        id,
        about,
        Arrays.stream(RATES)
            .mapToObj(rate ->
                new Setting(
                    String.format(Locale.ROOT, "%.0f/s a task", rate),
                    new Staging.Scheduled(
                        (needs, lead, initial) -> planner.plan(needs, rate, lead, initial))))
            .toList(),
        SUSTAINED);
  }
}
