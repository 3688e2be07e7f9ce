package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.policy.RequestRate;

/**
 * One demand the fleet might have to be ready for. The largest wins.
 *
 * @param name what kind of estimate it is
 * @param source where its figure comes from
 */
public record Candidate(Name name, RequestRate rate, String source) {

  /** The kinds of estimate. */
  public enum Name {
    /** The last minute. */
    STABLE,
    /** What the last seconds prove. */
    PANIC,
    /** The same time on earlier days. */
    RECURRING,
    /** The last half hour, going on. */
    TREND,
    /** What the operator knows beforehand. */
    SCHEDULE
  }
}
