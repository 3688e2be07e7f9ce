package dev.lockstep.drills.drill;

import dev.lockstep.drills.claim.Claim;
import java.util.List;
import java.util.Optional;

/**
 * A scenario with what people do in it, and what its page claims.
 *
 * @param page the runbook that is played, without its ending; none for a scenario of its own
 */
public record Incident(
    Scenario scenario, Optional<String> page, List<Step> steps, List<Claim> claims) {

  public Incident {
    steps = List.copyOf(steps);
    claims = List.copyOf(claims);
    if (page.isPresent() && claims.isEmpty()) {
      throw new IllegalArgumentException("a page claims something, but there is no claim");
    }
  }

  public Incident withScenario(Scenario other) {
    return new Incident(other, page, steps, claims);
  }

  /** The same with other commands. */
  public Incident withSteps(List<Step> others) {
    return new Incident(scenario, page, others, claims);
  }
}
