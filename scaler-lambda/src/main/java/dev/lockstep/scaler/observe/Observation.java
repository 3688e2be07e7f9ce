package dev.lockstep.scaler.observe;

import java.time.Instant;
import java.util.List;

/**
 * One picture of one service and its hosts, from which everything is decided.
 *
 * @param at when it was taken
 * @param history demand on earlier days
 * @param gaps what could not be read although nothing stops without it, in sentences
 */
public record Observation(
    Instant at,
    ServiceState service,
    GroupState group,
    Demand demand,
    RateHistory history,
    Directives directives,
    List<String> gaps) {

  public Observation {
    gaps = List.copyOf(gaps);
  }
}
