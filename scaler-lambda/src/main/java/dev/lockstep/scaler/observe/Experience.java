package dev.lockstep.scaler.observe;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the brain can learn from, all of it read afresh on each run: it remembers nothing but what
 * it published.
 *
 * @param launches how the group's hosts came into service
 * @param pooled hosts of the warm pool
 * @param coldLeads lead times that were published
 * @param warmLeads those of hosts from the warm pool
 * @param rates rates per task that were published
 * @param minutes the last hour's, read only when answers are late or requests are refused
 * @param refused requests that were refused in the newest minute that is known
 * @param deployed until when the newest deployment ran, which is now while one does
 */
public record Experience(
    Launches launches,
    int pooled,
    List<LearnedPoint> coldLeads,
    List<LearnedPoint> warmLeads,
    List<LearnedPoint> rates,
    List<ServiceMinute> minutes,
    double refused,
    Optional<Instant> deployed) {

  /** On the first day there is none. */
  public static final Experience NONE =
      new Experience(
          Launches.NONE, 0, List.of(), List.of(), List.of(), List.of(), 0, Optional.empty());

  public Experience {
    coldLeads = List.copyOf(coldLeads);
    warmLeads = List.copyOf(warmLeads);
    rates = List.copyOf(rates);
    minutes = List.copyOf(minutes);
  }
}
