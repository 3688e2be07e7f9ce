package dev.lockstep.scaler.decide;

import static dev.lockstep.scaler.observe.Pictures.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.observe.Pictures;
import dev.lockstep.scaler.observe.Resources;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.trigger.Trigger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

/** What holds for every policy and every picture. */
final class PlannerInvariantsTest {
  private static final Trigger TICK = new Trigger.Tick(NOW);

  @Property
  void noSizingTakesAwayWhatRuns(@ForAll("policies") Policy policy, @ForAll("pictures") World w) {
    Observation picture = w.picture(policy);
    Sizing sizing = sizing(policy, picture);

    assertThat(sizing.wanted()).isGreaterThanOrEqualTo(w.tasks());
    assertThat(sizing.tasks()).isGreaterThanOrEqualTo(kept(policy, picture));
    assertThat(sizing.hosts()).isGreaterThanOrEqualTo(w.hosts());
  }

  /** What is asked of ECS now, but for tasks beyond the minimum that do not run. */
  private static int kept(Policy policy, Observation picture) {
    int asked = picture.service().desired();
    return Math.min(asked, Math.max(policy.tasks().min(), picture.service().running()));
  }

  @Property
  void noCountIsRaisedBeyondItsBounds(
      @ForAll("policies") Policy policy, @ForAll("pictures") World world) {
    Sizing sizing = sizing(policy, world.picture(policy));

    assertThat(sizing.tasks()).isLessThanOrEqualTo(Math.max(world.tasks(), policy.tasks().max()));
    assertThat(sizing.hosts())
        .isLessThanOrEqualTo(
            Math.max(world.hosts(), Math.min(policy.hosts().max(), world.maxHosts())))
        .isLessThanOrEqualTo(world.hosts() + policy.maxStepHosts());
  }

  @Property
  void tasksAreNeverRaisedBeyondWhatTheHostsHold(
      @ForAll("policies") Policy policy, @ForAll("pictures") World world) {
    Sizing sizing = sizing(policy, world.picture(policy));
    int fit = policy.gpus().tasksPerHost();

    assertThat(sizing.tasks()).isLessThanOrEqualTo(Math.max(world.tasks(), fit * sizing.hosts()));
    assertThat(sizing.tasksWithoutNewHosts())
        .isLessThanOrEqualTo(Math.max(world.tasks(), fit * world.hosts()));
  }

  @Property
  void moreDemandNeverMeansFewerOfAnything(
      @ForAll("policies") Policy policy,
      @ForAll("pictures") World world,
      @ForAll @DoubleRange(max = 1000) double more) {
    Observation picture = world.picture(policy);
    Sizing less = sizing(policy, picture);
    Sizing greater = sizing(policy, world.withMoreDemand(more).picture(policy));

    assertThat(greater.wanted()).isGreaterThanOrEqualTo(less.wanted());
    // What has no place is withdrawn once demand is sure to ask for it again.
    assertThat(greater.tasks())
        .isGreaterThanOrEqualTo(
            less.tasks() > world.tasks() ? less.tasks() : kept(policy, picture));
    assertThat(greater.hosts()).isGreaterThanOrEqualTo(less.hosts());
  }

  @Property
  void aPlanCarriedOutLeavesNothingToDoButWhatItSaidItPutOff(
      @ForAll("policies") Policy policy, @ForAll("pictures") World world) {
    Plan first = Planner.plan(policy, world.picture(policy), TICK);
    World after = world.asked(first.sizing().tasks(), first.sizing().hosts());
    Plan second = Planner.plan(policy, after.picture(policy), TICK);

    boolean putOff =
        first.reasons().stream()
            .map(Reason::code)
            .anyMatch(code -> code == Reason.Code.STEP || code == Reason.Code.WAITING_FOR_HOSTS);
    assertThat(second.steps().isEmpty() || putOff).isTrue();
  }

  @Property
  void theSamePictureAlwaysGivesTheSamePlan(
      @ForAll("policies") Policy policy, @ForAll("pictures") World world) {
    assertThat(Planner.plan(policy, world.picture(policy), TICK))
        .isEqualTo(Planner.plan(policy, world.picture(policy), TICK));
  }

  @Property
  void hostsAlwaysComeBeforeTasks(
      @ForAll("policies") Policy policy, @ForAll("pictures") World world) {
    assertThat(Planner.plan(policy, world.picture(policy), TICK).steps())
        .isSortedAccordingTo(
            (a, b) -> Boolean.compare(a instanceof Step.RaiseTasks, b instanceof Step.RaiseTasks));
  }

  private static Sizing sizing(Policy policy, Observation observation) {
    return Planner.plan(policy, observation, TICK).sizing();
  }

  /** A picture's numbers, so that a test can change one and know the others. */
  record World(int tasks, int hosts, int maxHosts, double demand) {
    Observation picture(Policy policy) {
      return Pictures.picture()
          .asked(tasks, hosts)
          .shape(Resources.ofHost(policy.gpus()), Resources.ofTask(policy.gpus()))
          .maxHosts(maxHosts)
          .stable(demand)
          .taken();
    }

    World withMoreDemand(double more) {
      return new World(tasks, hosts, maxHosts, demand + more);
    }

    World asked(int tasks, int hosts) {
      return new World(tasks, hosts, maxHosts, demand);
    }
  }

  @Provide
  Arbitrary<World> pictures() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 60),
            Arbitraries.integers().between(0, 40),
            Arbitraries.integers().between(0, 40),
            Arbitraries.doubles().between(0, 500))
        .as(World::new);
  }

  @Provide
  Arbitrary<Policy> policies() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 8),
            Arbitraries.integers().between(0, 8),
            Arbitraries.integers().between(0, 10),
            Arbitraries.integers().between(0, 30),
            Arbitraries.integers().between(1, 10),
            Arbitraries.of("0 tasks", "3 tasks", "40 %", "1 % late", "0.001 % late"),
            Arbitraries.doubles().between(0.5, 50),
            Arbitraries.of("together", "on-registration"))
        .as(PlannerInvariantsTest::policy);
  }

  private static Policy policy(
      int perTask,
      int morePerHost,
      int minTasks,
      int moreTasks,
      int step,
      String spare,
      double rate,
      String release) {
    int maxTasks = minTasks + moreTasks;
    return Policies.with(
        "GPUS_PER_TASK", String.valueOf(perTask),
        "GPUS_PER_HOST", String.valueOf(perTask + morePerHost),
        "MIN_TASKS", String.valueOf(minTasks),
        "MAX_TASKS", String.valueOf(maxTasks),
        "MIN_HOSTS", "0",
        "MAX_HOSTS", String.valueOf(maxTasks),
        "MAX_STEP_HOSTS", String.valueOf(step),
        "SPARE", spare,
        "RPS_PER_TASK", String.valueOf(rate),
        "TASK_RELEASE", release);
  }
}
