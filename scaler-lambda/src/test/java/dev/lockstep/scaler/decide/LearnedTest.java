package dev.lockstep.scaler.decide;

import static dev.lockstep.scaler.observe.Pictures.NOW;
import static dev.lockstep.scaler.observe.Pictures.picture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.observe.Experience;
import dev.lockstep.scaler.observe.GroupState;
import dev.lockstep.scaler.observe.Host;
import dev.lockstep.scaler.observe.LaunchSample;
import dev.lockstep.scaler.observe.LaunchSample.Origin;
import dev.lockstep.scaler.observe.Launches;
import dev.lockstep.scaler.observe.LearnedPoint;
import dev.lockstep.scaler.observe.Pictures;
import dev.lockstep.scaler.policy.Bounds;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the fleet has shown of itself goes before what is configured. */
final class LearnedTest {
  private static final Trigger TICK = new Trigger.Tick(NOW);
  private static final String NOON_IN_SEVEN_MINUTES = "DAILY 12:07-13:00 UTC 6 tasks";

  @Test
  void aRateThatWasLearnedSizesTheTasksAndThePlanSaysSo() {
    Plan plan = plan(Policies.with(), rateOf(5));

    assertThat(plan.sizing().tasks()).isEqualTo(8);
    assertThat(plan.learned().rate().rate().perSecond()).isEqualTo(5);
    assertThat(codes(plan)).startsWith(Reason.Code.LEARNED_RATE, Reason.Code.DEMAND);
  }

  @Test
  void aRateThatIsAsConfiguredIsNotMentioned() {
    assertThat(codes(plan(Policies.with(), Experience.NONE)))
        .doesNotContain(Reason.Code.LEARNED_RATE);
  }

  @Test
  void hostsThatWereSeenToTakeLongerAreExpectedLater() {
    Plan plan = plan(Policies.with(), launched(Origin.COLD, Duration.ofMinutes(8), 0));

    // Thirty launches of 480 s against 240 s configured, which count as three.
    assertThat(plan.learned().leads().cold()).isEqualTo(Duration.ofSeconds(458));
    assertThat(plan.next()).isEqualTo("the hosts are expected to serve by 2026-03-01T12:07:38Z");
  }

  @Test
  void theScheduleIsLookedAheadByTheLeadThatWasLearned() {
    Policy policy = Policies.with("SCHEDULE", NOON_IN_SEVEN_MINUTES);

    assertThat(plan(policy, Experience.NONE).sizing().tasks()).isEqualTo(5);
    assertThat(plan(policy, launched(Origin.COLD, Duration.ofMinutes(8), 0)).sizing().tasks())
        .isEqualTo(6);
  }

  @Test
  void aWarmPoolShortensTheLeadOfAsManyHostsAsItHolds() {
    Policy policy = Policies.with("SCHEDULE", "DAILY 12:03-13:00 UTC 8 tasks");
    Duration quick = Duration.ofSeconds(30);

    // Six more hosts in three minutes: a pool of three cannot give them all.
    assertThat(plan(policy, launched(Origin.WARM, quick, 3)).sizing().tasks()).isEqualTo(8);
    // A pool of six can, and in less than three minutes.
    assertThat(plan(policy, launched(Origin.WARM, quick, 6)).sizing().tasks()).isEqualTo(5);
  }

  @Test
  void aHostThatEcsStillDoesNotKnowALeadAfterItCameIsNotCountedOn() {
    GroupState group =
        new GroupState(
            3,
            new Bounds(0, 10),
            List.of(
                new Host("i-0", Host.Phase.IN_SERVICE),
                new Host("i-1", Host.Phase.IN_SERVICE),
                new Host("i-stranger", Host.Phase.IN_SERVICE)),
            picture().asked(2, 2).taken().group().registrations());

    Plan soon = plan(strangerSince(NOW.minusSeconds(200)), group);
    Plan late = plan(strangerSince(NOW.minusSeconds(900)), group);

    assertThat(soon.steps()).containsExactly(new Step.RaiseTasks(2, 3, 3));
    assertThat(late.steps())
        .containsExactly(new Step.RaiseHosts(3, 4), new Step.RaiseTasks(2, 3, 2));
    assertThat(late.reasons())
        .contains(
            new Reason(
                Reason.Code.NOT_REGISTERED,
                "not counted on, because ECS does not know them long after they came into service:"
                    + " i-stranger"));
  }

  @Test
  void aScheduledRateIsOneMoreCandidateAndScheduledTasksAreAFloor() {
    Plan rate = plan(Policies.with("SCHEDULE", "DAILY 11:00-13:00 UTC 56 rps"), Experience.NONE);
    assertThat(rate.sizing().tasks()).isEqualTo(7);
    assertThat(rate.reasons().getFirst().sentence())
        .startsWith("56.0 requests/s (the schedule DAILY 11:00-13:00 UTC 56 rps)");

    Plan tasks = plan(Policies.with("SCHEDULE", "DAILY 11:00-13:00 UTC 9 tasks"), Experience.NONE);
    assertThat(tasks.sizing().tasks()).isEqualTo(9);
    assertThat(codes(tasks)).contains(Reason.Code.SCHEDULE);
  }

  @Test
  void theScheduleIsAFloorOnTheWayInToo() {
    Policy policy = Policies.with("SCHEDULE", "DAILY 11:00-13:00 UTC 7 tasks");

    assertThat(
            Planner.plan(policy, picture().asked(8, 8).stable(16).recentPeak(16).taken(), TICK)
                .steps())
        .containsExactly(new Step.LowerTasks(8, 7));
  }

  private static Experience rateOf(double perSecond) {
    Experience none = Experience.NONE;
    return new Experience(
        none.launches(),
        0,
        List.of(),
        List.of(),
        List.of(new LearnedPoint(NOW, perSecond)),
        List.of(),
        0,
        Optional.empty());
  }

  private static Experience launched(Origin origin, Duration lead, int pooled) {
    List<LaunchSample> samples =
        IntStream.range(0, 30)
            .mapToObj(i ->
                new LaunchSample(
                    "i-" + i,
                    origin,
                    NOW.minus(Duration.ofHours(i + 1)),
                    lead,
                    Optional.of(Duration.ZERO),
                    Optional.of(Duration.ZERO)))
            .toList();
    return new Experience(
        new Launches(samples, List.of()),
        pooled,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        0,
        Optional.empty());
  }

  private static Experience strangerSince(Instant inService) {
    return new Experience(
        new Launches(
            List.of(
                new LaunchSample(
                    "i-stranger",
                    Origin.COLD,
                    inService.minusSeconds(60),
                    Duration.ofMinutes(1),
                    Optional.empty(),
                    Optional.empty())),
            List.of()),
        0,
        List.of(new LearnedPoint(NOW.minus(Duration.ofDays(1)), 240)),
        List.of(),
        List.of(),
        List.of(),
        0,
        Optional.empty());
  }

  private static Plan plan(Experience experience, GroupState group) {
    Pictures picture = picture().asked(2, 2).stable(24).group(group).experience(experience);
    return Planner.plan(Policies.with(), picture.taken(), TICK);
  }

  private static Plan plan(Policy policy, Experience experience) {
    return Planner.plan(
        policy, picture().asked(2, 2).stable(40).experience(experience).taken(), TICK);
  }

  private static List<Reason.Code> codes(Plan plan) {
    return plan.reasons().stream().map(Reason::code).toList();
  }
}
