package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.policy.RequestRate;
import java.util.List;

/**
 * The two numbers that are kept in step.
 *
 * @param demand {@code D}, the demand the fleet must be ready for
 * @param candidates every demand considered
 * @param wanted tasks that demand needs, whether or not there are hosts for them yet
 * @param tasks the desired count of the service; below what it is when some of it has no place
 * @param hosts the desired capacity of the group
 * @param tasksWithoutNewHosts the desired count should no host be added
 */
public record Sizing(
    RequestRate demand,
    List<Candidate> candidates,
    int wanted,
    int tasks,
    int hosts,
    int tasksWithoutNewHosts) {

  public Sizing {
    candidates = List.copyOf(candidates);
    if (tasksWithoutNewHosts > tasks) {
      throw new IllegalArgumentException(
          "fewer hosts cannot hold more tasks: %d without new hosts, %d with them"
              .formatted(tasksWithoutNewHosts, tasks));
    }
  }
}
