package dev.lockstep.drills.live;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.Ec2Capacity;
import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.ecs.ContainerInstance;
import dev.lockstep.drills.ecs.Deployment;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.page.Order;
import dev.lockstep.drills.page.OrderDesk;
import dev.lockstep.drills.view.Chronicle;
import dev.lockstep.drills.view.Snapshot;
import dev.lockstep.scaler.report.Decision;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Carries the page's orders out in the account itself: users send more, a host dies, EC2 has none
 * to give, ECS gets a bad revision; and what is meant for the brain is an operator's payload to its
 * handler.
 */
final class LiveDesk implements OrderDesk {
  private static final int HOLD_MINUTES = 10;

  private final Function<Supplier<Answer>, Answer> onTimeline;
  private final Account account;
  private final SwitchedDemand demand;
  private final Function<byte[], List<Decision>> brain;

  /** Read and written on the timeline. */
  private boolean denied;

  /** A task definition's number is never used again, even when its deployment was rolled back. */
  private int newestRevision = Revision.FIRST.number();

  /**
   * A desk for one account.
   *
   * @param onTimeline does something on the account's timeline and waits for it
   * @param brain takes a payload and returns what was decided
   */
  LiveDesk(
      Function<Supplier<Answer>, Answer> onTimeline,
      Account account,
      SwitchedDemand demand,
      Function<byte[], List<Decision>> brain) {
    this.onTimeline = onTimeline;
    this.account = account;
    this.demand = demand;
    this.brain = brain;
  }

  /** What is switched on; on the timeline. */
  Snapshot.Switches switches() {
    return new Snapshot.Switches(demand.surging(), denied);
  }

  @Override
  public Answer place(Order order) {
    try {
      return onTimeline.apply(() -> carryOut(order));
    } catch (RejectedExecutionException _) {
      return new Answer.Declined("the stack is being stopped");
    }
  }

  private Answer carryOut(Order order) {
    return switch (order) {
      case SURGE -> surge(true);
      case END_SURGE -> surge(false);
      case KILL_HOST -> killHost();
      case NO_CAPACITY -> deny();
      case CAPACITY_BACK -> grant();
      case BAD_DEPLOYMENT -> deploy();
      case ROLL_BACK -> rollBack();
      case HOLD ->
          ask(
              """
              {"action":"hold","ttlMinutes":%d,"reason":"from the live page"}\
              """
                  .formatted(HOLD_MINUTES));
      case RELEASE ->
          ask(
              """
              {"action":"release","reason":"from the live page"}\
              """);
      case OBSERVE ->
          ask(
              """
              {"action":"observe","reason":"from the live page"}\
              """);
    };
  }

  private Answer surge(boolean on) {
    demand.surge(on);
    return done(
        on
            ? String.format(
                Locale.ROOT,
                "users send %.0f requests a second more from now on",
                demand.surgePerSecond())
            : "the surge is over");
  }

  private Answer killHost() {
    Optional<ContainerInstance> oldest =
        account.cluster().instances().stream()
            .filter(instance -> instance.host().counted())
            .min(
                Comparator.comparing((ContainerInstance instance) -> instance.host().launchedAt())
                    .thenComparing(instance -> instance.host().id()));
    if (oldest.isEmpty()) {
      return new Answer.Declined("no host is ready that could die");
    }
    Host host = oldest.get().host();
    String tasks = oldest.get().tasks().stream().map(Task::id).collect(Collectors.joining(", "));
    account.group().kill(host.id());
    return done(
        "host %s died%s; Auto Scaling notices within a minute"
            .formatted(host.id(), tasks.isEmpty() ? " without a task" : ", with " + tasks));
  }

  private Answer deny() {
    if (!denied) {
      denied = true;
      account.group().capacity().deny(Ec2Capacity.ANY, Ec2Capacity.ANY);
    }
    return done("EC2 has no host to give from now on, in any zone");
  }

  private Answer grant() {
    if (denied) {
      denied = false;
      account.group().capacity().grant(Ec2Capacity.ANY, Ec2Capacity.ANY);
    }
    return done("EC2 has hosts again; the group tries once a minute");
  }

  private Answer deploy() {
    Deployment newest = account.service().deployments().getFirst();
    if (newest.rollout() == Deployment.Rollout.IN_PROGRESS) {
      return new Answer.Declined(
          "%s is still being deployed; wait until that is over"
              .formatted(newest.revision().name()));
    }
    Revision bad = new Revision(++newestRevision, Revision.Quality.NEVER_HEALTHY);
    account.service().deploy(bad);
    return done(
        "%s is deployed, and its model cannot be loaded; ECS's circuit breaker has to see it"
            .formatted(bad.name()));
  }

  /** What {@code aws ecs stop-service-deployment --stop-type ROLLBACK} does. */
  private Answer rollBack() {
    String revision = account.service().deployments().getFirst().revision().name();
    return account.service().rollBack("stopped by an operator")
        ? done(revision + " is stopped and rolled back")
        : new Answer.Declined("nothing is being deployed");
  }

  private Answer done(String sentence) {
    account.tell(Chronicle.OPERATOR, sentence);
    return new Answer.Done(sentence);
  }

  /** What the function answers to an operator who invokes it. */
  private Answer ask(String payload) {
    List<Decision> decisions = brain.apply(payload.getBytes(StandardCharsets.UTF_8));
    String lines = decisions.stream().map(Decision::line).collect(Collectors.joining("; "));
    return decisions.stream().allMatch(Decision::succeeded)
        ? new Answer.Done(lines)
        : new Answer.Declined(lines);
  }
}
