package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.policy.RequestRate;
import java.util.List;

/**
 * What one service should have, before anybody has asked whether there are hosts for it.
 *
 * @param demand {@code D}, the demand the fleet must be ready for
 * @param candidates every demand considered
 * @param needed tasks that all this needs, within the policy's bounds
 * @param tasks the same, and no fewer than are asked of ECS now
 * @param scheduled the least that the schedule keeps
 */
record Wish(RequestRate demand, List<Candidate> candidates, int needed, int tasks, int scheduled) {
  Wish {
    candidates = List.copyOf(candidates);
  }
}
