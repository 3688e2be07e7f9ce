package dev.lockstep.drills.live;

import java.time.Duration;

/**
 * How fast a live stack goes through what takes longer in AWS. All times but the pace are those of
 * the account's clock.
 *
 * <p>The clock is the account's own: boots, ticks, metrics, alarms, the brain's windows and what
 * users send all follow it, and so does the pace of the GPUs, so a fleet at ten times the pace
 * serves ten times the requests in a second and goes through the same. What follows the machine
 * alone: starting a server, and what a request takes besides its turn on the GPU.
 *
 * @param pace so many seconds of the account pass in one of the machine's
 * @param hostBoot from a host's launch to its registration
 * @param tick how often the scheduler calls the brain
 * @param lead what the brain takes a host and its task for until it has learned better
 */
public record Tempo(int pace, Duration hostBoot, Duration tick, Duration lead) {
  /** For whoever watches: hosts that boot in seconds, and real time. */
  public static final Tempo DEMONSTRATION =
      new Tempo(1, Duration.ofSeconds(8), Duration.ofSeconds(15), Duration.ofSeconds(15));

  public Tempo {
    if (pace < 1) {
      throw new IllegalArgumentException("the pace is 1 or more, not " + pace);
    }
    if (hostBoot.isNegative() || !tick.isPositive() || !lead.isPositive()) {
      throw new IllegalArgumentException(
          "hosts boot in 0 s or more, tick and lead are longer than 0 s, not %s, %s and %s"
              .formatted(hostBoot, tick, lead));
    }
  }
}
