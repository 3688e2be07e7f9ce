package dev.lockstep.scaler.decide;

import static dev.lockstep.scaler.observe.Pictures.NOW;
import static dev.lockstep.scaler.observe.Pictures.picture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.observe.GroupState;
import dev.lockstep.scaler.observe.Host;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.observe.Pictures;
import dev.lockstep.scaler.observe.PlacedTask;
import dev.lockstep.scaler.observe.Reading;
import dev.lockstep.scaler.observe.Registration;
import dev.lockstep.scaler.observe.Resources;
import dev.lockstep.scaler.policy.Bounds;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.trigger.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What really is free on the hosts there are, and what follows for those that are not there yet.
 */
final class SharedHostsTest {
  private static final Trigger TICK = new Trigger.Tick(NOW);
  private static final Resources HOST = new Resources(1, 8192, 32_000);
  private static final Resources TASK = new Resources(1, 4096, 14_000);

  private final Map<String, Registration> registrations = new TreeMap<>();
  private final List<Host> hosts = new ArrayList<>();

  @Test
  void aHostWhoseAgentFoundNoGpuHoldsNothingAndIsReplaced() {
    host("i-1", Registration.State.OPEN, HOST, ours());
    host("i-2", Registration.State.OPEN, new Resources(0, 8192, 32_000));

    assertThat(plan(2, 2, 16).steps()).containsExactly(new Step.RaiseHosts(2, 3));
  }

  @Test
  void ofSeveralHostsWithoutGpusOneIsMadeUpForAtOnce() {
    host("i-1", Registration.State.OPEN, HOST, ours());
    withoutGpus("i-2", 20);
    withoutGpus("i-3", 20);
    withoutGpus("i-4", 20);

    Plan plan = plan(4, 4, 32);
    assertThat(plan.steps()).containsExactly(new Step.RaiseHosts(4, 5));
    assertThat(plan.reasons())
        .extracting(Reason::sentence)
        .anyMatch(why -> why.startsWith("3 hosts have no room for any task, the newest of all"));
  }

  @Test
  void theNextHostWithoutGpusIsMadeUpForAfterALeadAndTheOneAfterThatAfterTwo() {
    host("i-1", Registration.State.OPEN, HOST, ours());
    withoutGpus("i-2", 900);
    withoutGpus("i-3", 900);
    withoutGpus("i-4", 900);
    withoutGpus("i-5", 239);
    assertThat(plan(4, 5, 32).steps()).isEmpty();

    withoutGpus("i-5", 240);
    assertThat(plan(4, 5, 32).steps()).containsExactly(new Step.RaiseHosts(5, 6));

    withoutGpus("i-6", 479);
    assertThat(plan(4, 6, 32).steps()).isEmpty();

    withoutGpus("i-6", 480);
    withoutGpus("i-5", 900);
    assertThat(plan(4, 6, 32).steps()).containsExactly(new Step.RaiseHosts(6, 7));
  }

  @Test
  void aHostThatComesWithItsGpuEndsTheSuspicion() {
    withoutGpus("i-1", 900);
    withoutGpus("i-2", 900);
    withoutGpus("i-3", 900);
    host("i-4", Registration.State.OPEN, HOST, ours());
    registered("i-4", 20);

    assertThat(plan(4, 4, 32).steps()).containsExactly(new Step.RaiseHosts(4, 7));
  }

  @Test
  void oneGoodHostAmongThoseThatCameTogetherIsEnoughToTrustTheNext() {
    host("i-1", Registration.State.OPEN, HOST, ours());
    withoutGpus("i-2", 20);
    withoutGpus("i-3", 20);
    host("i-4", Registration.State.OPEN, HOST);
    registered("i-4", 20);

    assertThat(plan(4, 4, 32).steps()).containsExactly(new Step.RaiseHosts(4, 6));
  }

  @Test
  void aHostWithoutGpusThatIsDrainedRaisesNoSuspicion() {
    host("i-1", Registration.State.OPEN, HOST, ours());
    host("i-2", Registration.State.DRAINING, new Resources(0, 8192, 32_000));
    host("i-3", Registration.State.DRAINING, new Resources(0, 8192, 32_000));
    registered("i-2", 20);
    registered("i-3", 20);

    assertThat(plan(3, 3, 24).steps()).containsExactly(new Step.RaiseHosts(3, 5));
  }

  @Test
  void moreDemandGetsItsHostsAlsoWhenOthersCameWithoutGpus() {
    host("i-1", Registration.State.OPEN, HOST, ours());
    withoutGpus("i-2", 20);
    withoutGpus("i-3", 20);

    // 5 tasks: 2 hosts that were never ordered, and 1 of 2 without GPUs.
    assertThat(plan(5, 3, 40).steps()).containsExactly(new Step.RaiseHosts(3, 6));
  }

  @Test
  void aNeighboursTaskTakesItsPlace() {
    host("i-1", Registration.State.OPEN, HOST, ours());
    host("i-2", Registration.State.OPEN, HOST, new PlacedTask(Optional.of("another"), TASK));

    assertThat(plan(2, 2, 16).steps()).containsExactly(new Step.RaiseHosts(2, 3));
  }

  @Test
  void aDrainingHostGivesItsTasksUp() {
    host("i-1", Registration.State.OPEN, HOST, ours());
    host("i-2", Registration.State.DRAINING, HOST, ours());

    assertThat(plan(2, 2, 16).steps()).containsExactly(new Step.RaiseHosts(2, 3));
  }

  @Test
  void aDisconnectedHostKeepsItsTasksAndGetsNoMore() {
    host("i-1", Registration.State.OPEN, HOST, ours());
    host("i-2", Registration.State.DISCONNECTED, HOST, ours());

    assertThat(plan(2, 2, 16).steps()).isEmpty();
    assertThat(plan(2, 2, 24).steps())
        .containsExactly(new Step.RaiseHosts(2, 3), new Step.RaiseTasks(2, 3, 2));
  }

  @Test
  void aTaskThatIsBeingStoppedHoldsItsPlaceForItsSuccessor() {
    host("i-1", Registration.State.OPEN, HOST, ours());
    hosts.add(new Host("i-2", Host.Phase.IN_SERVICE));
    registrations.put(
        "i-2",
        new Registration(
            Registration.State.OPEN, HOST, HOST.less(TASK, 1), NOW.minusSeconds(900), List.of()));

    assertThat(plan(2, 2, 16).steps()).isEmpty();
  }

  @Test
  void aTaskThatDoesNotShowItsGpuYetHoldsTheOneItAskedFor() {
    PlacedTask placing = new PlacedTask(Optional.of("embed"), new Resources(0, 4096, 14_000));
    host("i-1", Registration.State.OPEN, HOST, placing);
    host("i-2", Registration.State.OPEN, HOST, placing);

    assertThat(plan(2, 2, 24).steps())
        .containsExactly(new Step.RaiseHosts(2, 3), new Step.RaiseTasks(2, 3, 2));
  }

  @Test
  void aHostThatHasNotRegisteredIsCreditedAsOneThatHas() {
    host("i-1", Registration.State.OPEN, HOST, ours());
    hosts.add(new Host("i-2", Host.Phase.IN_SERVICE));
    hosts.add(new Host("i-3", Host.Phase.ON_THE_WAY));

    assertThat(plan(1, 3, 24).steps()).containsExactly(new Step.RaiseTasks(1, 3, 3));
  }

  @Test
  void memoryIsShortBeforeGpusAre() {
    Resources large = new Resources(4, 16_384, 30_000);
    host("i-1", Registration.State.OPEN, large, ours(), ours());

    // Two tasks of 14,000 MiB fill a host of 30,000 on which two GPUs stay idle.
    assertThat(plan(2, 1, 32).steps())
        .containsExactly(new Step.RaiseHosts(1, 2), new Step.RaiseTasks(2, 4, 2));
  }

  @Test
  void aTaskThatNoHostCanHoldOrdersNoneAndThePlanSaysSo() {
    Resources small = new Resources(1, 2048, 8_000);
    host("i-1", Registration.State.OPEN, small, new PlacedTask(Optional.of("embed"), small));
    host("i-2", Registration.State.DISCONNECTED, HOST, ours());

    Plan plan = plan(2, 2, 40);

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.reasons())
        .contains(
            new Reason(
                Reason.Code.NO_FIT,
                "a task holds 1 GPUs, 4096 CPU units, 14000 MiB and a host offers 1 GPUs, 2048 CPU"
                    + " units, 8000 MiB: no host is ordered for it"));
  }

  @Test
  void aHostLeftDrainedByARunThatEndedEarlyIsEnded() {
    host("i-1", Registration.State.OPEN, HOST, ours());
    host("i-2", Registration.State.OPEN, HOST, ours());
    host("i-3", Registration.State.DRAINING, HOST);

    Plan plan =
        Planner.plan(
            Policies.with(),
            observation(picture().asked(2, 3).inService(2).stable(16).recentPeak(16), 3),
            TICK);

    assertThat(plan.steps()).containsExactly(new Step.RetireHosts(List.of("i-3")));
  }

  private static PlacedTask ours() {
    return new PlacedTask(Optional.of("embed"), TASK);
  }

  private void host(String id, Registration.State state, Resources offered, PlacedTask... tasks) {
    Resources remaining = offered;
    for (PlacedTask task : tasks) {
      remaining = remaining.less(task.holds(), 1);
    }
    hosts.add(new Host(id, Host.Phase.IN_SERVICE));
    registrations.put(
        id, new Registration(state, offered, remaining, NOW.minusSeconds(900), List.of(tasks)));
  }

  private Plan plan(int tasks, int desiredHosts, double demand) {
    return Planner.plan(
        Policies.with(),
        observation(picture().asked(tasks, desiredHosts).stable(demand), desiredHosts),
        TICK);
  }

  private Observation observation(Pictures picture, int desiredHosts) {
    return picture
        .group(
            new GroupState(
                desiredHosts, new Bounds(0, 10), hosts, new Reading.Known<>(registrations, "ECS")))
        .taken();
  }

  private void withoutGpus(String id, int secondsAgo) {
    if (!registrations.containsKey(id)) {
      host(id, Registration.State.OPEN, new Resources(0, 8192, 32_000));
    }
    registered(id, secondsAgo);
  }

  private void registered(String id, int secondsAgo) {
    registrations.computeIfPresent(
        id,
        (_, host) ->
            new Registration(
                host.state(),
                host.offered(),
                host.remaining(),
                NOW.minusSeconds(secondsAgo),
                host.tasks()));
  }
}
