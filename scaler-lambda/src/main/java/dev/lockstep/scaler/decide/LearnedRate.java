package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.policy.RequestRate;

/**
 * {@code mu}, what one task sustains inside the latency budget, as the fleet shows it.
 *
 * @param rate between half of what is configured and what is configured
 * @param change what was done to it
 * @param because why, in one line for the decision record
 */
public record LearnedRate(RequestRate rate, Change change, String because) {

  /** What was done to the rate that was learned before. */
  public enum Change {
    /** It is as configured: nothing says otherwise. */
    AS_CONFIGURED,
    /** Tasks were late at a load that they should sustain. */
    LOWERED,
    /** It was lowered before and goes back a little each hour. */
    RECOVERING
  }
}
