package dev.lockstep.drills.account;

import dev.lockstep.drills.time.Chance;

/**
 * How often API calls fail, and how: throttled, or with an error of the service itself.
 *
 * @see <a href="https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html">Common
 *     errors</a>
 */
public final class ApiFaults {
  /** What becomes of a call. */
  public enum Fate {
    ANSWERED,
    THROTTLED,
    BROKEN
  }

  private final Chance chance;
  private double throttled;
  private double broken;
  private double contended;
  private long calls;

  ApiFaults(Chance chance) {
    this.chance = chance;
  }

  /** From now on these shares of calls are throttled, or answered with a 5xx. */
  public void disturb(double throttledShare, double brokenShare) {
    if (!(throttledShare >= 0 && brokenShare >= 0 && throttledShare + brokenShare <= 1)) {
      throw new IllegalArgumentException(
          "the shares of throttled and broken calls are 0 to 1 together, not %s and %s"
              .formatted(throttledShare, brokenShare));
    }
    throttled = throttledShare;
    broken = brokenShare;
  }

  /** From now on this share of changes to the group meets another one that is under way. */
  public void contend(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("the share of contended changes is 0 to 1, not " + share);
    }
    contended = share;
  }

  /** Whether the next change to the group meets another one. */
  public boolean contendedNow() {
    return contended > 0 && chance.of("contention", calls++).nextDouble() < contended;
  }

  /** The fate of the next call. */
  public Fate next() {
    if (throttled + broken == 0) {
      return Fate.ANSWERED;
    }
    double draw = chance.of("api", calls++).nextDouble();
    if (draw < throttled) {
      return Fate.THROTTLED;
    }
    return draw < throttled + broken ? Fate.BROKEN : Fate.ANSWERED;
  }
}
