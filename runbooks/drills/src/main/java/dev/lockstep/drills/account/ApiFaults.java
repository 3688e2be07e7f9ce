package dev.lockstep.drills.account;

import dev.lockstep.drills.time.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

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

  /**
   * Shares of calls, each from 0 to 1.
   *
   * @param throttled refused for their rate
   * @param broken answered with a 5xx
   * @param contended changes to the group that meet another one that is under way
   */
  public record Shares(double throttled, double broken, double contended) {
    public Shares {
      if (!(throttled >= 0 && broken >= 0 && throttled + broken <= 1)) {
        throw new IllegalArgumentException(
            "the shares of throttled and broken calls are 0 to 1 together, not %s and %s"
                .formatted(throttled, broken));
      }
      if (!(contended >= 0 && contended <= 1)) {
        throw new IllegalArgumentException(
            "the share of contended changes is 0 to 1, not " + contended);
      }
    }
  }

  private final Chance chance;
  private final List<Shares> active = new ArrayList<>();
  private long calls;

  ApiFaults(Chance chance) {
    this.chance = chance;
  }

  /** From now on calls go wrong, besides those that do already. */
  public void disturb(Shares shares) {
    active.add(shares);
  }

  /** Ends what one {@link #disturb} of the same shares began. */
  public void calm(Shares shares) {
    active.remove(shares);
  }

  private double sum(ToDoubleFunction<Shares> share) {
    double sum = 0;
    for (Shares shares : active) {
      sum += share.applyAsDouble(shares);
    }
    return sum;
  }

  /** Whether the next change to the group meets another one. */
  public boolean contendedNow() {
    double contended = sum(Shares::contended);
    return contended > 0 && chance.of("contention", calls++).nextDouble() < contended;
  }

  /** The fate of the next call. */
  public Fate next() {
    if (active.isEmpty()) {
      return Fate.ANSWERED;
    }
    double throttled = sum(Shares::throttled);
    double broken = sum(Shares::broken);
    double draw = chance.of("api", calls++).nextDouble();
    if (draw < throttled) {
      return Fate.THROTTLED;
    }
    return draw < throttled + broken ? Fate.BROKEN : Fate.ANSWERED;
  }
}
