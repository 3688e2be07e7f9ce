package dev.lockstep.drills.autoscaling;

/**
 * Stopped hosts that start in a fraction of a cold boot. With ECS a host does not return to the
 * pool on the way in.
 *
 * @param size hosts kept stopped
 * @param shareOfBoot what is left of a cold boot, 0 to 1
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-warm-pool.html">Warm
 *     pools with ECS</a>
 */
public record WarmPool(int size, double shareOfBoot) {
  public static final WarmPool NONE = new WarmPool(0, 1);

  public WarmPool {
    if (size < 0 || !(shareOfBoot >= 0 && shareOfBoot <= 1)) {
      throw new IllegalArgumentException(
          "a warm pool has 0 or more hosts and a share of 0 to 1, not %d and %s"
              .formatted(size, shareOfBoot));
    }
  }
}
