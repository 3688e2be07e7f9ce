package dev.lockstep.drills.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Application Auto Scaling's target tracking for an ECS service. Out when the metric was above its
 * target for three one-minute points, in when it was below nine tenths of it for fifteen; the new
 * count is in proportion, rounded up.
 *
 * <p>A scale-out starts a cool-down in which what it added is not added again, but more can be. A
 * scale-in has to wait for both cool-downs; a scale-out waits for none.
 *
 * @param target what one task should have
 * @param outCooldown 300 s unless set
 * @param inCooldown 300 s unless set
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html">How
 *     target tracking works</a>
 */
public record TargetTracking(double target, Duration outCooldown, Duration inCooldown) {
  public static final int OUT_POINTS = 3;
  public static final int IN_POINTS = 15;
  private static final double IN_SHARE = 0.9;
  private static final Duration COOLDOWN = Duration.ofMinutes(5);

  /** What the policy remembers of its last activities. */
  public record State(Optional<Instant> lastOut, int countBeforeOut, Optional<Instant> lastIn) {
    public static final State FRESH = new State(Optional.empty(), 0, Optional.empty());
  }

  /** The count that is wanted now. */
  public record Result(State state, int desired) {}

  public TargetTracking {
    if (!(target > 0)) {
      throw new IllegalArgumentException("the target value is above 0, not " + target);
    }
  }

  /** With the documented default cool-downs. */
  public static TargetTracking of(double target) {
    return new TargetTracking(target, COOLDOWN, COOLDOWN);
  }

  /** Above it the high alarm counts a point. */
  public double high() {
    return target;
  }

  /** Below it the low alarm counts a point. */
  public double low() {
    return target * IN_SHARE;
  }

  /**
   * The high alarm is in ALARM.
   *
   * @param count tasks that are desired now
   * @param metric the newest point, per task
   */
  public Result out(State state, Instant now, int count, double metric) {
    boolean cooling = within(state.lastOut(), outCooldown, now);
    int base = cooling ? state.countBeforeOut() : count;
    int wanted = proportional(base, metric);
    return wanted > count
        ? new Result(new State(Optional.of(now), base, state.lastIn()), wanted)
        : new Result(state, count);
  }

  /**
   * The low alarm is in ALARM.
   *
   * @param deploying a deployment is under way: nothing is taken in
   */
  public Result in(State state, Instant now, int count, double metric, boolean deploying) {
    boolean cooling =
        within(state.lastOut(), outCooldown, now) || within(state.lastIn(), inCooldown, now);
    int wanted = proportional(count, metric);
    return !cooling && !deploying && wanted < count
        ? new Result(new State(state.lastOut(), state.countBeforeOut(), Optional.of(now)), wanted)
        : new Result(state, count);
  }

  private int proportional(int count, double metric) {
    return (int) Math.ceil(count * metric / target);
  }

  private static boolean within(Optional<Instant> since, Duration cooldown, Instant now) {
    return since.map(then -> now.isBefore(then.plus(cooldown))).orElse(false);
  }
}
