package dev.lockstep.drills.ecs;

import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.journal.Change.DeploymentTurned.Turn;
import dev.lockstep.drills.time.Timeline;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The deployments of a service: which revision is wanted, which serves, and which may go. */
final class Deployments {
  private final Strategy strategy;
  private final Timeline timeline;
  private final Consumer<Change> journal;
  private final Runnable changed;
  private final List<Deployment> newestFirst = new ArrayList<>();
  private final Set<Revision> revisions = new LinkedHashSet<>();
  private int begun;
  private Optional<Revision> rolledBack = Optional.empty();

  /** Blue/green: the revision that the load balancer sends requests to. */
  private Revision live = Revision.FIRST;

  /** Blue/green: the deployment that has taken all requests and is watched. */
  private Optional<Deployment> baking = Optional.empty();

  Deployments(Strategy strategy, Timeline timeline, Consumer<Change> journal, Runnable changed) {
    this.strategy = strategy;
    this.timeline = timeline;
    this.journal = journal;
    this.changed = changed;
    Deployment first = open(Revision.FIRST);
    first.becomes(Deployment.Rollout.COMPLETED, timeline.instant());
  }

  List<Deployment> newestFirst() {
    return List.copyOf(newestFirst);
  }

  Deployment newest() {
    return newestFirst.getFirst();
  }

  boolean isNewest(Revision revision) {
    return newest().revision().equals(revision);
  }

  /** The revision that failed last, unless another was deployed since. */
  Optional<Revision> rolledBack() {
    return rolledBack;
  }

  void begin(Revision revision) {
    rolledBack = Optional.empty();
    Deployment next = open(revision);
    tell(next, Turn.BEGAN, "of " + revision.name() + " began");
  }

  private Deployment open(Revision revision) {
    begun++;
    revisions.add(revision);
    Deployment next = new Deployment("ecs-svc/%d".formatted(begun), revision, timeline.instant());
    newestFirst.addFirst(next);
    return next;
  }

  Set<Revision> revisions() {
    return Set.copyOf(revisions);
  }

  int least(int desired) {
    return switch (strategy) {
      case Strategy.Rolling rolling -> rolling.least(desired);
      case Strategy.BlueGreen _ -> desired;
    };
  }

  /** The most tasks that may be alive at once. */
  int most(int desired) {
    return switch (strategy) {
      case Strategy.Rolling rolling -> rolling.most(desired);
      case Strategy.BlueGreen _ -> 2 * desired;
    };
  }

  boolean takesTraffic(Revision revision) {
    return switch (strategy) {
      case Strategy.Rolling _ -> true;
      case Strategy.BlueGreen _ -> revision.equals(live);
    };
  }

  /** Whether tasks of a revision are on their way out. */
  boolean mayRetire(Revision revision) {
    return switch (strategy) {
      case Strategy.Rolling _ -> !isNewest(revision);
      case Strategy.BlueGreen _ ->
          !isNewest(revision)
              && !revision.equals(live)
              && newest().rollout() != Deployment.Rollout.IN_PROGRESS;
    };
  }

  void healthy(Revision revision) {
    of(revision).ifPresent(Deployment::taskHealthy);
  }

  private Optional<Deployment> of(Revision revision) {
    return newestFirst.stream().filter(one -> one.revision().equals(revision)).findFirst();
  }

  /** Counts a failed task; enough of them in a rolling deployment roll it back. */
  void failed(Revision revision, int desired) {
    Deployment newest = newest();
    if (newest.rollout() != Deployment.Rollout.IN_PROGRESS || !isNewest(revision)) {
      return;
    }
    newest.taskFailed();
    if (strategy instanceof Strategy.Rolling && newest.breakerOpens(desired)) {
      newest.becomes(Deployment.Rollout.FAILED, timeline.instant());
      tell(newest, Turn.FAILED, "FAILED: circuit breaker");
      rollBack();
    }
  }

  /** Ends the deployment that is under way as failed; false when none is. */
  boolean rollBack(String why, List<Task> alive, TaskRuntime runtime) {
    Deployment newest = newest();
    if (newest.rollout() != Deployment.Rollout.IN_PROGRESS || newestFirst.size() == 1) {
      return false;
    }
    newest.becomes(Deployment.Rollout.FAILED, timeline.instant());
    tell(newest, Turn.FAILED, "FAILED: " + why);
    rollBack();
    if (strategy instanceof Strategy.BlueGreen) {
      route(alive, runtime);
    }
    return true;
  }

  /** Goes back to the revision that was complete last. */
  private void rollBack() {
    Revision bad = newest().revision();
    newestFirst.stream()
        .filter(one -> one.rollout() == Deployment.Rollout.COMPLETED)
        .findFirst()
        .ifPresent(good -> {
          begin(good.revision());
          rolledBack = Optional.of(bad);
        });
  }

  /** Takes the deployment as far as its tasks are. */
  void advance(int desired, List<Task> alive, TaskRuntime runtime) {
    Deployment newest = newest();
    if (newest.rollout() != Deployment.Rollout.IN_PROGRESS) {
      return;
    }
    long serving =
        alive.stream()
            .filter(task -> isNewest(task.revision()) && task.state() == Task.State.SERVING)
            .count();
    if (serving < desired) {
      return;
    }
    switch (strategy) {
      case Strategy.Rolling _ -> {
        if (alive.stream().allMatch(task -> isNewest(task.revision()))) {
          complete(newest);
        }
      }
      case Strategy.BlueGreen blueGreen -> shift(newest, blueGreen, alive, runtime);
    }
  }

  private void shift(
      Deployment newest, Strategy.BlueGreen blueGreen, List<Task> alive, TaskRuntime runtime) {
    if (live.equals(newest.revision())) {
      // The way back to what is live needs neither a shift nor a watch.
      if (baking.filter(newest::equals).isEmpty()) {
        complete(newest);
      }
      return;
    }
    baking = Optional.of(newest);
    route(alive, runtime);
    timeline.after(
        blueGreen.bake(),
        () -> {
          if (newest.rollout() == Deployment.Rollout.IN_PROGRESS) {
            complete(newest);
            changed.run();
          }
        });
  }

  /** All requests go to the newest revision. */
  private void route(List<Task> alive, TaskRuntime runtime) {
    live = newest().revision();
    tell(newest(), Turn.TOOK_ALL_REQUESTS, "takes all requests");
    for (Task task : alive) {
      if (task.revision().equals(live)) {
        if (task.state() == Task.State.SERVING) {
          runtime.route(task);
        }
      } else {
        runtime.unroute(task);
      }
    }
  }

  private void complete(Deployment newest) {
    newest.becomes(Deployment.Rollout.COMPLETED, timeline.instant());
    tell(newest, Turn.COMPLETED, "COMPLETED");
    newestFirst.removeIf(one -> one != newest);
  }

  private void tell(Deployment deployment, Turn turn, String state) {
    journal.accept(new Change.DeploymentTurned(deployment.id(), turn, state));
  }
}
