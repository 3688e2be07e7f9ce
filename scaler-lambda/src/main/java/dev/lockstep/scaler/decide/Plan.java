package dev.lockstep.scaler.decide;

import java.util.List;

/**
 * What to do and why.
 *
 * @param learned what was reckoned with in place of what is configured
 * @param steps in the order they must happen; empty when nothing is to be done
 * @param reasons never empty: doing nothing has a reason too
 * @param next what will happen next, in a sentence
 * @param dryRun carry out none of the steps
 */
public record Plan(
    Sizing sizing,
    Learned learned,
    List<Step> steps,
    List<Reason> reasons,
    String next,
    boolean dryRun) {

  public Plan {
    steps = List.copyOf(steps);
    reasons = List.copyOf(reasons);
    if (reasons.isEmpty()) {
      throw new IllegalArgumentException("a plan carries its reasons, one to do nothing too");
    }
  }
}
