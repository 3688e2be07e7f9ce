package dev.lockstep.drills.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.account.ApiFaults;
import dev.lockstep.drills.account.Delivery;
import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.compare.Contender;
import dev.lockstep.drills.compare.Contender.Staging;
import dev.lockstep.drills.compare.Contenders;
import dev.lockstep.drills.compare.Experiment;
import dev.lockstep.drills.compare.Workload;
import dev.lockstep.drills.control.DemandGauge;
import dev.lockstep.drills.control.Stage;
import dev.lockstep.drills.control.TaskBounds;
import dev.lockstep.drills.ecs.ContainerInstance;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.ecs.Shortage;
import dev.lockstep.drills.ecs.Strategy;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.Delay;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.drills.traffic.GpuModel;
import dev.lockstep.drills.traffic.RequestTimes;
import dev.lockstep.drills.traffic.Totals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What is never lost and never made of nothing, whoever is in charge and whatever goes wrong. */
final class ConservationTest {
  private static final int SECONDS = 1200;
  private static final Demand DEMAND = new Demand.Surge(12, 36, 60, SECONDS);
  private static final Experiment EXPERIMENT =
      new Experiment(
          new Workload("surge", DEMAND),
          new Delay.LogNormal(Duration.ofMinutes(2), 1.5),
          /* finePublished= */ true,
          1.0);

  /** A policy that is in charge of an account, at one of its settings. */
  record InCharge(String name, Staging.InAccount staging) {
    @Override
    public String toString() {
      return name;
    }
  }

  @Property(tries = 80)
  void whoeverIsInChargeAndWhateverGoesWrongNothingIsLostOrHeldTwice(
      @ForAll("policies") InCharge policy,
      @ForAll("faults") @Size(max = 6) List<Scheduled> faults,
      @ForAll boolean blueGreen,
      @ForAll long seed) {
    AccountSettings settings = policy.staging().account().apply(EXPERIMENT.account());
    Simulation simulation = simulation(deployedAs(settings, blueGreen), DEMAND, seed);
    Account account = simulation.account();
    policy
        .staging()
        .policy()
        .accept(
            new Stage(
                account,
                new DemandGauge(
                    RequestTimes.draw(DEMAND, seed), account.timeline(), Simulation.START),
                new TaskBounds(2, settings.group().max()),
                settings.lead()));
    faults.forEach(fault -> fault.on(simulation));
    watch(simulation);
    simulation.run();

    Totals totals = simulation.meter().totals();
    assertThat(totals.underWay()).isEqualTo(simulation.fleet().outstanding());
    assertThat(totals.sent()).isEqualTo(RequestTimes.draw(DEMAND, seed).count());
  }

  @Property(tries = 60)
  void whenTheWorldIsQuietAgainDesiredRunningAndInstancesReconcile(
      @ForAll("passing") @Size(max = 5) List<Scheduled> faults,
      @ForAll @IntRange(min = 1, max = 6) int hosts,
      @ForAll @IntRange(min = 0, max = 6) int tasks,
      @ForAll boolean blueGreen,
      @ForAll long seed) {
    Demand quiet = new Demand.Surge(3, 3, 0, 4 * 3600);
    AccountSettings usual = EXPERIMENT.account();
    AccountSettings settings =
        new AccountSettings(
            usual.group().withHosts(0, 2, 8).withProtection(false).withoutDraining(),
            usual.service().withInitial(2));
    Simulation simulation = simulation(deployedAs(settings, blueGreen), quiet, seed);
    Account account = simulation.account();
    faults.forEach(fault -> fault.on(simulation));
    // The last fault is over by then, with what it did to the counts.
    account
        .timeline()
        .after(
            Duration.ofSeconds(SECONDS),
            () -> {
              account.group().setDesired(hosts);
              account.service().setDesired(tasks);
            });
    simulation.run();

    assertThat(account.group().hosts()).hasSize(hosts).allMatch(Host::counted);
    assertThat(account.cluster().registered()).isEqualTo(hosts);
    // A deployment whose hosts nobody orders never ends: both its revisions stand, where there is
    // room.
    boolean waits = account.service().deployments().size() > 1;
    assertThat(waits).isIn(false, hosts < 2 * tasks);
    int standing = Math.min(waits ? 2 * tasks : tasks, hosts);
    assertThat(account.service().serving()).isEqualTo(standing);
    assertThat(account.service().tasksWithResources()).hasSize(standing);
  }

  private static Simulation simulation(AccountSettings settings, Demand demand, long seed) {
    return new Simulation(
        settings,
        GpuModel.DEFAULT,
        RequestTimes.draw(demand, seed),
        new Chance(seed),
        /* finePublished= */ true,
        (_, _) -> {},
        _ -> {});
  }

  private static AccountSettings deployedAs(AccountSettings settings, boolean blueGreen) {
    Strategy strategy =
        blueGreen ? new Strategy.BlueGreen(Duration.ofMinutes(2)) : Strategy.Rolling.DEFAULT;
    return new AccountSettings(settings.group(), settings.service().withStrategy(strategy));
  }

  private static void watch(Simulation simulation) {
    Account account = simulation.account();
    Instant[] last = {Instant.MIN};
    account
        .timeline()
        .every(
            Duration.ofSeconds(7),
            () -> {
              assertThat(account.timeline().instant()).isAfter(last[0]);
              last[0] = account.timeline().instant();
              requireSane(account);
            });
  }

  private static void requireSane(Account account) {
    List<ContainerInstance> instances = account.cluster().instances();
    for (ContainerInstance instance : instances) {
      int held = instance.tasks().size() * account.service().settings().each().gpus();
      assertThat(instance.free().gpus()).isNotNegative();
      assertThat(held + instance.free().gpus()).isEqualTo(instance.registered().gpus());
    }
    assertThat(account.service().tasksWithResources())
        .allSatisfy(task -> {
          assertThat(instances).contains(task.instance());
          assertThat(task.instance().tasks()).contains(task);
          assertThat(account.group().host(task.instance().host().id())).isPresent();
        });
    assertThat(instances.stream().flatMap(instance -> instance.tasks().stream()))
        .hasSameSizeAs(account.service().tasksWithResources());
    assertThat(account.service().running())
        .isEqualTo(account.service().tasks().stream().filter(Task::running).count());
    Shortage shortage = account.shortage();
    assertThat(shortage.provisioning() + shortage.unplaceable())
        .isEqualTo(account.service().unplaced());
    assertThat(shortage.prolonged()).isBetween(0, account.service().unplaced());
  }

  @Provide
  Arbitrary<InCharge> policies() {
    List<InCharge> all =
        Contenders.all(EXPERIMENT).stream()
            .flatMap(one -> one.settings().stream().map(setting -> named(one, setting)))
            .flatMap(Optional::stream)
            .toList();
    return Arbitraries.of(all);
  }

  private static Optional<InCharge> named(Contender contender, Contender.Setting setting) {
    return setting.staging() instanceof Staging.InAccount inAccount
        ? Optional.of(new InCharge(contender.id() + " " + setting.knob(), inAccount))
        : Optional.empty();
  }

  /** Any of them, some for good. */
  @Provide
  Arbitrary<List<Scheduled>> faults() {
    return scheduled(everyKind(), /* forGood= */ true);
  }

  /** Those that leave nothing behind when they are over. */
  @Provide
  Arbitrary<List<Scheduled>> passing() {
    return scheduled(
        everyKind().stream()
            .filter(fault -> !(fault instanceof Fault.GpusNotReported))
            .filter(fault ->
                !(fault instanceof Fault.Deploys(Revision.Quality quality))
                    || quality == Revision.Quality.GOOD)
            .toList(),
        /* forGood= */ false);
  }

  private static List<Fault> everyKind() {
    return List.of(
        new Fault.HostsDie(1),
        new Fault.HostsDie(3),
        new Fault.TaskHangs(),
        new Fault.TasksDie(1),
        new Fault.NoCapacity("*", "*"),
        new Fault.NoCapacity("eu-west-1a", "*"),
        new Fault.ZoneLost("eu-west-1b"),
        new Fault.ApiErrors(new ApiFaults.Shares(0.2, 0.2, 0.2)),
        new Fault.GpusNotReported(),
        new Fault.MetricsLost("Lockstep"),
        new Fault.MetricsLost("AWS/ApplicationELB"),
        new Fault.MetricsLate(Duration.ofMinutes(2)),
        new Fault.SlowBoots(3),
        new Fault.Triggers(new Delivery.Faults(0.3, 0.3, 0.3, Duration.ofSeconds(90))),
        new Fault.Deploys(Revision.Quality.GOOD),
        new Fault.Deploys(Revision.Quality.NEVER_RUNS),
        new Fault.Deploys(Revision.Quality.NEVER_HEALTHY),
        new Fault.Deploys(Revision.Quality.ANSWERS_WITH_ERRORS),
        new Fault.Deploys(Revision.Quality.STAYS_PENDING),
        new Fault.SecondController(OptionalInt.of(4), OptionalInt.of(3)));
  }

  private static Arbitrary<List<Scheduled>> scheduled(List<Fault> kinds, boolean forGood) {
    Arbitrary<Integer> starts = Arbitraries.integers().between(20, SECONDS / 2);
    Arbitrary<Integer> lengths = Arbitraries.integers().between(1, SECONDS / 3);
    Arbitrary<Boolean> stays = forGood ? Arbitraries.of(true, false) : Arbitraries.just(false);
    return Combinators.combine(Arbitraries.of(kinds), starts, lengths, stays)
        .as((fault, start, length, stay) ->
            new Scheduled(
                fault,
                Duration.ofSeconds(start),
                stay ? Optional.empty() : Optional.of(Duration.ofSeconds(start + length))))
        .list()
        .ofMaxSize(6);
  }
}
