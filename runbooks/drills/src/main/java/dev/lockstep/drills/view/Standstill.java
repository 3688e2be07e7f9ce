package dev.lockstep.drills.view;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.ecs.ContainerInstance;
import dev.lockstep.drills.ecs.Deployment;
import dev.lockstep.drills.ecs.Task;
import java.util.Optional;

/**
 * A deployment that cannot go on: it needs a GPU beside those of the tasks that serve, none is free
 * and none is coming. ECS waits for it and stops none of the old tasks, since so many must stay
 * healthy; its circuit breaker counts tasks that failed, and none has begun. Meanwhile the brain
 * takes no task away, because a deployment is under way. So it lasts until somebody raises the
 * maximum or stops it; {@code runbooks/deployment-deadlocked.md} is about that.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html">What
 *     the circuit breaker counts</a>
 */
final class Standstill {
  private Standstill() {}

  /** Why nothing moves, in words that follow a revision's name; empty while something may. */
  static Optional<String> of(Account account) {
    Deployment newest = account.service().deployments().getFirst();
    if (newest.rollout() != Deployment.Rollout.IN_PROGRESS || moving(account) || room(account)) {
      return Optional.empty();
    }
    int counted = Math.toIntExact(account.group().hosts().stream().filter(Host::counted).count());
    if (counted < account.group().desired()) {
      return Optional.of("needs a GPU beside those that serve, and EC2 has no host to give");
    }
    return account.group().desired() < account.group().max()
        ? Optional.empty()
        : Optional.of(
            "needs a GPU beside those that serve: all %d hosts are full, and %d is the most"
                .formatted(counted, account.group().max()));
  }

  /** Whether a task starts or stops, or a host is on its way. */
  private static boolean moving(Account account) {
    return account.group().beingOrdered() > 0
        || account.service().tasksWithResources().stream()
            .anyMatch(task -> task.state() != Task.State.SERVING)
        || account.group().hosts().stream()
            .filter(Host::counted)
            .anyMatch(host -> account.cluster().instance(host.id()).isEmpty());
  }

  private static boolean room(Account account) {
    return account.cluster().instances().stream()
        .filter(ContainerInstance::accepts)
        .anyMatch(instance -> instance.free().hold(account.service().settings().each()));
  }
}
