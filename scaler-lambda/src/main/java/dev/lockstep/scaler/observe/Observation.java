package dev.lockstep.scaler.observe;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One picture of one service and its hosts, from which everything is decided.
 *
 * @param at when it was taken
 * @param history demand on earlier days
 * @param experience what can be learned from
 * @param launchTrouble when the group's launches fail
 * @param rivals who else scales this service or this group, in sentences
 * @param gaps what could not be read although nothing stops without it, in sentences
 */
public record Observation(
    Instant at,
    ServiceState service,
    GroupState group,
    Demand demand,
    RateHistory history,
    Experience experience,
    Optional<LaunchTrouble> launchTrouble,
    List<String> rivals,
    Directives directives,
    List<String> gaps) {

  public Observation {
    rivals = List.copyOf(rivals);
    gaps = List.copyOf(gaps);
  }
}
