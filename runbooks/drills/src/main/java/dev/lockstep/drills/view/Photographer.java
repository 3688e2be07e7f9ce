package dev.lockstep.drills.view;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.ecs.ContainerInstance;
import dev.lockstep.drills.ecs.Deployment;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.ecs.Shortage;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.traffic.RecentTraffic;
import dev.lockstep.drills.traffic.Totals;
import dev.lockstep.scaler.observe.Directive;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Takes a picture of an account: reads it and changes nothing, so that the same account gives the
 * same picture. Belongs on the account's timeline.
 */
public final class Photographer {
  private static final double P95 = 95;

  private Photographer() {}

  /**
   * The account as it is now.
   *
   * @param policy what a task sustains, and the budget
   * @param traffic what became of the requests of late
   * @param chronicle what happened so far
   */
  public static Snapshot picture(
      Account account,
      Policy policy,
      RecentTraffic traffic,
      Chronicle chronicle,
      Snapshot.Switches switches) {
    Instant now = account.timeline().instant();
    return new Snapshot(
        chronicle.start().toString(),
        chronicle.since(now),
        traffic(account, policy, traffic),
        fleet(account, policy, chronicle, now),
        brain(account, policy, chronicle, now),
        switches,
        account.service().deployments().stream()
            .map(deployment ->
                new Snapshot.Rollout(
                    deployment.id(),
                    deployment.revision().name(),
                    deployment.rollout().name(),
                    deployment.failedTasks(),
                    newest(account, deployment) ? Standstill.of(account) : Optional.empty()))
            .toList(),
        account.service().rolledBack().map(Revision::name),
        account.alarms().stream()
            .map(alarm -> new Snapshot.AlarmLight(alarm.rule().name(), alarm.state().name()))
            .toList(),
        chronicle.decisions(),
        chronicle.events());
  }

  private static boolean newest(Account account, Deployment deployment) {
    return account.service().deployments().getFirst() == deployment;
  }

  private static Snapshot.Traffic traffic(Account account, Policy policy, RecentTraffic traffic) {
    double each = policy.ratePerTask().perSecond();
    Totals recent = Totals.of(traffic.recent());
    return new Snapshot.Traffic(
        traffic.sentPerSecond(),
        account.service().serving() * each,
        each,
        recent.latencies().percentile(P95),
        policy.p95Budget().toMillis(),
        counts(recent),
        counts(Totals.of(traffic.total())));
  }

  private static Snapshot.Counts counts(Totals totals) {
    return new Snapshot.Counts(totals.sent(), totals.served(), totals.refused(), totals.failed());
  }

  private static Snapshot.Fleet fleet(
      Account account, Policy policy, Chronicle chronicle, Instant now) {
    var group = account.group();
    var service = account.service();
    Shortage shortage = account.shortage();
    int ordered = group.beingOrdered();
    int counted = (int) group.hosts().stream().filter(Host::counted).count();
    return new Snapshot.Fleet(
        group.desired(),
        (int) group.hosts().stream().filter(host -> ready(account, host)).count(),
        ordered,
        Math.max(0, group.desired() - counted - ordered),
        group.max(),
        service.desired(),
        service.serving(),
        chronicle.wanted().orElse(service.desired()),
        policy.tasks().max(),
        shortage.provisioning() + shortage.unplaceable(),
        shortage.prolonged(),
        group.hosts().stream().map(host -> box(account, host, now)).toList());
  }

  private static boolean ready(Account account, Host host) {
    return state(host, account.cluster().instance(host.id())) == Snapshot.HostState.READY;
  }

  private static Snapshot.HostBox box(Account account, Host host, Instant now) {
    Optional<ContainerInstance> instance = account.cluster().instance(host.id());
    int gpus = host.type().resources().gpus();
    int each = account.service().settings().each().gpus();
    return new Snapshot.HostBox(
        host.id(),
        host.zone(),
        host.type().name(),
        state(host, instance),
        instance.map(known -> known.registered().gpus()).orElse(gpus),
        instance.map(known -> known.free().gpus()).orElse(gpus),
        Chronicle.seconds(Duration.between(host.launchedAt(), now)),
        instance.map(ContainerInstance::tasks).orElse(List.of()).stream()
            .flatMap(task -> chip(task, each).stream())
            .toList());
  }

  private static Snapshot.HostState state(Host host, Optional<ContainerInstance> instance) {
    if (host.died()) {
      return Snapshot.HostState.DEAD;
    }
    return switch (host.state()) {
      case PENDING, IN_SERVICE ->
          instance
              .map(known ->
                  switch (known.status()) {
                    case ACTIVE -> Snapshot.HostState.READY;
                    case DRAINING -> Snapshot.HostState.DRAINING;
                  })
              .orElse(Snapshot.HostState.BOOTING);
      case TERMINATING, TERMINATED ->
          instance.isPresent() ? Snapshot.HostState.DRAINING : Snapshot.HostState.ENDING;
    };
  }

  private static Optional<Snapshot.TaskChip> chip(Task task, int gpus) {
    Optional<Snapshot.TaskState> state =
        switch (task.state()) {
          case PENDING -> Optional.of(Snapshot.TaskState.PENDING);
          case RUNNING -> Optional.of(Snapshot.TaskState.LOADING);
          case SERVING -> Optional.of(Snapshot.TaskState.SERVING);
          case STOPPING -> Optional.of(Snapshot.TaskState.STOPPING);
          case STOPPED -> Optional.empty();
        };
    return state.map(
        shown -> new Snapshot.TaskChip(task.id(), task.revision().name(), shown, gpus));
  }

  private static Snapshot.Brain brain(
      Account account, Policy policy, Chronicle chronicle, Instant now) {
    Optional<Snapshot.Verdict> newest = chronicle.newest();
    return new Snapshot.Brain(
        newest.map(look -> OptionalDouble.of(look.second())).orElse(OptionalDouble.empty()),
        newest.map(Photographer::line).orElse("has not looked yet"),
        heldFor(account, policy, now));
  }

  private static String line(Snapshot.Verdict look) {
    return "%s: %s, because %s"
        .formatted(
            look.trigger(),
            look.done().isEmpty() ? "nothing done" : String.join(", ", look.done()),
            String.join("; ", look.reasons()));
  }

  private static OptionalDouble heldFor(Account account, Policy policy, Instant now) {
    return Optional.ofNullable(
            account.group().tags().get(Directive.Hold.key(policy.fleet().service())))
        .flatMap(Directive.Hold::parse)
        .filter(hold -> hold.holdsAt(now))
        .map(hold -> OptionalDouble.of(Chronicle.seconds(Duration.between(now, hold.until()))))
        .orElse(OptionalDouble.empty());
  }
}
