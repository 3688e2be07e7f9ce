package dev.lockstep.drills.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Step scaling by per cent of the present capacity, repeated for as long as its alarm stays in
 * ALARM. In a cool-down after a scale-out only the difference to a larger step is added.
 *
 * <p>An adjustment between 0 and 1 counts as 1; above, fractions are dropped.
 *
 * @param steps by how far the metric is above the threshold, in rising order
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html">How
 *     step scaling works</a>
 */
public record StepScaling(double threshold, List<Step> steps, Duration cooldown) {

  /**
   * One step.
   *
   * @param above how far above the threshold it begins, as a share of the threshold
   * @param percent of the capacity that is added
   */
  public record Step(double above, double percent) {}

  /** What the policy remembers of its last scale-out. */
  public record State(Optional<Instant> lastOut, int countBeforeOut) {
    public static final State FRESH = new State(Optional.empty(), 0);
  }

  /** The count that is wanted now. */
  public record Result(State state, int desired) {}

  public StepScaling {
    steps = List.copyOf(steps);
    if (steps.isEmpty() || steps.getFirst().above() != 0) {
      throw new IllegalArgumentException("the first step begins at the threshold itself, at 0");
    }
  }

  /** Steps as a careful user sets them: a quarter more, a half more, twice as many. */
  public static StepScaling of(double threshold, Duration cooldown) {
    return new StepScaling(
        threshold, List.of(new Step(0, 25), new Step(0.25, 50), new Step(0.75, 100)), cooldown);
  }

  /** The alarm is in ALARM. */
  public Result out(State state, Instant now, int count, double metric) {
    boolean cooling = state.lastOut().map(then -> now.isBefore(then.plus(cooldown))).orElse(false);
    int base = cooling ? state.countBeforeOut() : count;
    int wanted = base + added(base, metric);
    return wanted > count
        ? new Result(new State(Optional.of(now), base), wanted)
        : new Result(state, count);
  }

  private int added(int count, double metric) {
    double above = metric / threshold - 1;
    double percent = 0;
    for (Step step : steps) {
      if (above >= step.above()) {
        percent = step.percent();
      }
    }
    double adjustment = count * percent / 100;
    return adjustment > 0 && adjustment < 1 ? 1 : (int) adjustment;
  }
}
