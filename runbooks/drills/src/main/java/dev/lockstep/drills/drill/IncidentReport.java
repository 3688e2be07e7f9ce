package dev.lockstep.drills.drill;

import dev.lockstep.drills.claim.Verdict;
import java.util.List;

/**
 * How an incident went.
 *
 * @param verdicts on each claim and each command, in the order of the file
 */
public record IncidentReport(Summary summary, List<Verdict> verdicts) {
  public IncidentReport {
    verdicts = List.copyOf(verdicts);
  }

  /** What the page claims and the drill did not show. */
  public List<Verdict> broken() {
    return verdicts.stream().filter(verdict -> !verdict.held()).toList();
  }
}
