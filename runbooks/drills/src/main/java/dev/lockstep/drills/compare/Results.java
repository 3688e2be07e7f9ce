package dev.lockstep.drills.compare;

import java.util.List;

/**
 * What a comparison found.
 *
 * @param standings one a policy and setting
 */
public record Results(Experiment experiment, int seeds, List<Standing> standings) {
  public Results {
    standings = List.copyOf(standings);
  }

  public List<Frontier> frontiers() {
    return Frontier.of(standings);
  }
}
