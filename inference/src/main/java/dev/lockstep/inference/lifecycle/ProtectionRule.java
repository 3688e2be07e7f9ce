package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.settings.Bounds;
import java.time.Duration;

/**
 * When a task asks ECS not to choose it for scale-in: while it holds work that takes longer than a
 * stop would wait for. With
 *
 * <pre>
 *   work = max(age of the oldest run, predicted time until all that is here is done)
 * </pre>
 *
 * <ul>
 *   <li>protection <b>begins</b> as soon as {@code work} reaches the threshold;
 *   <li>it is <b>renewed</b> when half its time is over, and short, so that it ends by itself soon
 *       after a task that cannot end it;
 *   <li>it <b>ends</b> when there was no such work for {@link #QUIET}: each change is a call to an
 *       API that is throttled;
 *   <li>a task whose device hangs is <b>not</b> protected: it should go.
 * </ul>
 *
 * Pure: time and what is seen are handed in.
 *
 * @param threshold how long work must be to be worth protecting
 */
record ProtectionRule(Duration threshold) {
  /** How long ECS holds to it by itself; whole minutes are what it takes. */
  static final Duration EXPIRY = Duration.ofMinutes(4);

  static final Duration QUIET = Duration.ofSeconds(30);

  ProtectionRule {
    Bounds.requirePositive("LOCKSTEP_PROTECT_AFTER", threshold, "20s");
  }

  /** What ECS was last told. */
  sealed interface State {
    record Unprotected() implements State {}

    /**
     * Protected.
     *
     * @param askedNanos when it was last asked for
     * @param neededNanos when there was last a need for it
     */
    record Protected(long askedNanos, long neededNanos) implements State {}
  }

  /**
   * What is seen.
   *
   * @param work as above
   * @param alive whether the device still ends its runs
   */
  record Sight(long nowNanos, Duration work, boolean alive) {}

  /** What to tell ECS. */
  enum Step {
    PROTECT,
    RELEASE,
    NOTHING
  }

  Step step(State state, Sight sight) {
    boolean needed = needed(sight);
    return switch (state) {
      case State.Unprotected _ -> needed ? Step.PROTECT : Step.NOTHING;
      case State.Protected(long asked, long lastNeeded) -> {
        if (!sight.alive()) {
          yield Step.RELEASE;
        }
        if (needed) {
          boolean renew = sight.nowNanos() - asked >= EXPIRY.toNanos() / 2;
          yield renew ? Step.PROTECT : Step.NOTHING;
        }
        yield sight.nowNanos() - lastNeeded >= QUIET.toNanos() ? Step.RELEASE : Step.NOTHING;
      }
    };
  }

  /** The state after a step that ECS has confirmed. */
  State after(State state, Step step, Sight sight) {
    return switch (step) {
      case PROTECT -> new State.Protected(sight.nowNanos(), sight.nowNanos());
      case RELEASE -> new State.Unprotected();
      case NOTHING ->
          state instanceof State.Protected(long asked, long _) && needed(sight)
              ? new State.Protected(asked, sight.nowNanos())
              : state;
    };
  }

  private boolean needed(Sight sight) {
    return sight.alive() && sight.work().compareTo(threshold) >= 0;
  }
}
