package dev.lockstep.drills.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.autoscaling.GroupSettings;
import dev.lockstep.drills.control.LockstepWiring;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.ecs.ServiceSettings;
import dev.lockstep.drills.time.Delay;
import dev.lockstep.drills.traffic.RecentTraffic;
import dev.lockstep.drills.traffic.Tally;
import dev.lockstep.scaler.observe.Directive;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is seen of an account in each of its states. */
final class PhotographerTest {
  private static final Policy POLICY =
      Policy.fromEnvironment(LockstepWiring.environment(Duration.ofMinutes(4)));
  private static final Snapshot.Switches OFF = new Snapshot.Switches(false, false);

  private final Lab lab = new Lab().settled();
  private final Chronicle chronicle = new Chronicle(Lab.START);
  private Tally tally = new Tally();
  private final RecentTraffic traffic = new RecentTraffic(this::takeTally);

  private Tally takeTally() {
    Tally taken = tally;
    tally = new Tally();
    return taken;
  }

  @Test
  void aSettledAccountHasATaskServingOnEachHost() {
    Snapshot seen = picture();

    assertThat(seen.second()).isEqualTo(100);
    assertThat(states(seen)).containsExactly(Snapshot.HostState.READY, Snapshot.HostState.READY);
    assertThat(chips(seen))
        .extracting(Snapshot.TaskChip::state)
        .containsExactly(Snapshot.TaskState.SERVING, Snapshot.TaskState.SERVING);
    assertThat(seen.fleet().hosts()).allSatisfy(host -> assertThat(host.freeGpus()).isZero());
    assertThat(seen.fleet().tasksServing()).isEqualTo(2);
    assertThat(seen.traffic().capacity()).isEqualTo(16);
    assertThat(seen.deployments())
        .extracting(Snapshot.Rollout::revision, Snapshot.Rollout::state)
        .containsExactly(tuple("embed:1", "COMPLETED"));
  }

  @Test
  void aHostIsOrderedThenBootsThenIsReadyAndItsTaskLoadsBeforeItServes() {
    lab.account().group().setDesired(3);
    lab.account().service().setDesired(3);

    lab.runTo(101);
    Snapshot ordered = picture();
    assertThat(ordered.fleet().hostsOrdered()).isEqualTo(1);
    assertThat(ordered.fleet().withoutHost()).isEqualTo(1);
    assertThat(ordered.fleet().prolonged()).isZero();

    lab.runTo(106);
    assertThat(states(picture())).last().isEqualTo(Snapshot.HostState.BOOTING);
    assertThat(picture().fleet().hosts().getLast().age()).isEqualTo(1);

    lab.runTo(206);
    assertThat(states(picture())).last().isEqualTo(Snapshot.HostState.READY);
    assertThat(picture().fleet().hostsReady()).isEqualTo(3);

    lab.account().service().setDesired(4);
    lab.account().service().setDesired(3);
    assertThat(lastChip()).isEqualTo(Snapshot.TaskState.PENDING);
    lab.runTo(206 + Lab.PULL.toSeconds());
    assertThat(lastChip()).isEqualTo(Snapshot.TaskState.LOADING);
    lab.runTo(206 + Lab.PULL.plus(Lab.LOAD).toSeconds());
    assertThat(lastChip()).isEqualTo(Snapshot.TaskState.SERVING);
  }

  private Snapshot.TaskState lastChip() {
    return chips(picture()).getLast().state();
  }

  @Test
  void aHostThatDiedIsShownDeadUntilAutoScalingHasNoticed() {
    String host = lab.account().group().hosts().getFirst().id();
    lab.account().group().kill(host);

    Snapshot seen = picture();
    assertThat(states(seen)).containsExactly(Snapshot.HostState.DEAD, Snapshot.HostState.READY);
    assertThat(seen.fleet().hosts().getFirst().tasks()).isEmpty();
    assertThat(seen.fleet().withoutHost()).isEqualTo(1);

    lab.runTo(170);
    assertThat(picture().fleet().hosts()).extracting(Snapshot.HostBox::id).doesNotContain(host);
  }

  @Test
  void whatEc2DoesNotGiveIsNeitherOrderedNorBooting() {
    lab.account().group().capacity().deny("*", "*");
    lab.account().group().setDesired(4);

    lab.runTo(110);
    Snapshot.Fleet fleet = picture().fleet();

    assertThat(fleet.hostsDenied()).isEqualTo(2);
    assertThat(fleet.hostsOrdered()).isZero();
    assertThat(fleet.hosts()).hasSize(2);
  }

  @Test
  void aHostThatEndsDrainsFirstAndThenShutsDown() {
    String host = lab.account().group().hosts().getFirst().id();
    lab.account().group().terminate(host, false);

    assertThat(states(picture())).first().isEqualTo(Snapshot.HostState.DRAINING);
    lab.runTo(400);
    assertThat(picture().fleet().hosts()).extracting(Snapshot.HostBox::id).doesNotContain(host);
  }

  @Test
  void aHostOfFourGpusShowsWhatItsTasksHoldAndWhatIsFree() {
    Lab big =
        new Lab(
                GroupSettings.of(4, 2, 5, Delay.of(Lab.BOOT)),
                ServiceSettings.of(3, 2, Delay.of(Lab.PULL), Delay.of(Lab.LOAD)))
            .settled();

    Snapshot seen = Photographer.picture(big.account(), POLICY, traffic, chronicle, OFF);

    assertThat(seen.fleet().hosts())
        .allSatisfy(host -> {
          assertThat(host.gpus()).isEqualTo(4);
          assertThat(host.freeGpus()).isEqualTo(1);
          assertThat(host.tasks()).extracting(Snapshot.TaskChip::gpus).containsExactly(3);
        });
  }

  @Test
  void aBadDeploymentIsSeenToFailAndToBeRolledBack() {
    lab.account().group().setDesired(4);
    lab.runTo(210);
    lab.account().service().deploy(new Revision(2, Revision.Quality.NEVER_RUNS));
    lab.runTo(212);
    assertThat(picture().deployments().getFirst())
        .extracting(Snapshot.Rollout::revision, Snapshot.Rollout::state)
        .containsExactly("embed:2", "IN_PROGRESS");
    assertThat(picture().rolledBack()).isEmpty();

    // Two at a time, each after its pull, and the third opens the breaker; then the back-off.
    lab.runTo(300);
    Snapshot over = picture();

    assertThat(over.deployments().getFirst().revision()).isEqualTo("embed:1");
    assertThat(over.rolledBack()).hasValue("embed:2");
    assertThat(over.fleet().tasksServing()).isEqualTo(2);
    assertThat(lab.log()).anyMatch(line -> line.contains("FAILED: circuit breaker"));

    lab.account().service().deploy(new Revision(3, Revision.Quality.GOOD));
    assertThat(picture().rolledBack()).isEmpty();
  }

  @Test
  void aDeploymentWithoutAGpuToBeginOnIsSeenToBeStuckAndWhy() {
    lab.account().group().setBounds(2, 2);
    lab.account().service().deploy(new Revision(2, Revision.Quality.NEVER_HEALTHY));
    lab.runTo(1000);
    assertThat(picture().deployments().getFirst().stuck())
        .hasValue("needs a GPU beside those that serve: all 2 hosts are full, and 2 is the most");

    lab.account().group().setBounds(2, 3);
    lab.account().group().capacity().deny("*", "*");
    lab.account().group().setDesired(3);
    assertThat(picture().deployments().getFirst().stuck()).as("a host is ordered").isEmpty();
    lab.runTo(1030);
    assertThat(picture().deployments().getFirst().stuck())
        .hasValue("needs a GPU beside those that serve, and EC2 has no host to give");

    lab.account().group().capacity().grant("*", "*");
    lab.runTo(1100);
    assertThat(picture().deployments().getFirst().stuck()).as("a host boots").isEmpty();
    lab.account().service().rollBack("stopped");
    assertThat(picture().deployments().getFirst().stuck()).isEmpty();
  }

  @Test
  void aHoldIsShownForAsLongAsItLasts() {
    Directive.Hold hold = new Directive.Hold(Lab.START.plusSeconds(160));
    lab.account().group().tag(hold.tagKey("embed"), hold.tagValue());

    assertThat(picture().brain().heldFor()).hasValue(60);
    lab.runTo(160);
    assertThat(picture().brain().heldFor()).isEmpty();
  }

  @Test
  void latenciesAndLossesAreThoseOfTheLastTenSeconds() {
    tally.arrived();
    tally.served(300_000);
    tally.unrouted();
    traffic.secondOver();
    assertThat(picture().traffic().p95Millis()).hasValue(300);
    assertThat(picture().traffic().recent()).isEqualTo(new Snapshot.Counts(2, 1, 1, 0));

    for (int second = 0; second < RecentTraffic.SECONDS; second++) {
      traffic.secondOver();
    }
    assertThat(picture().traffic().p95Millis()).isEmpty();
    assertThat(picture().traffic().recent()).isEqualTo(new Snapshot.Counts(0, 0, 0, 0));
    assertThat(picture().traffic().total()).isEqualTo(new Snapshot.Counts(2, 1, 1, 0));
  }

  @Test
  void lookingChangesNothing() {
    lab.account().group().setDesired(4);
    lab.account().service().setDesired(4);

    assertThat(picture()).isEqualTo(picture());
    assertThat(lab.log())
        .containsExactly(
            "100 hosts asked    2 -> 4",
            "100 tasks asked    2 -> 4",
            "100 ECS event      (service embed) was unable to place a task because no container"
                + " instance met all of its requirements.");
  }

  private Snapshot picture() {
    return Photographer.picture(lab.account(), POLICY, traffic, chronicle, OFF);
  }

  private static List<Snapshot.HostState> states(Snapshot seen) {
    return seen.fleet().hosts().stream().map(Snapshot.HostBox::state).toList();
  }

  private static List<Snapshot.TaskChip> chips(Snapshot seen) {
    return seen.fleet().hosts().stream().flatMap(host -> host.tasks().stream()).toList();
  }
}
