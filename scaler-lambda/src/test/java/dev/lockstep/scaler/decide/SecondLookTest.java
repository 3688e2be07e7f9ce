package dev.lockstep.scaler.decide;

import static dev.lockstep.scaler.observe.Pictures.NOW;
import static dev.lockstep.scaler.observe.Pictures.picture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.observe.Pictures;
import dev.lockstep.scaler.observe.Resources;
import dev.lockstep.scaler.observe.Rollout;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.trigger.Trigger;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When ECS is made to look again for tasks that it has backed off from, and when it is not. */
final class SecondLookTest {
  private static final Trigger TICK = new Trigger.Tick(NOW);
  private static final Policy POLICY = Policies.with("TASK_RELEASE", "on-registration");
  private static final Duration A_MOMENT_AGO = Duration.ofSeconds(10);
  private static final Duration LONG_AGO = Duration.ofMinutes(2);

  @Test
  void aNewHostStandsEmptyAlthoughATaskIsMissing() {
    Plan plan = plan(missingOne().registeredFor(Duration.ofSeconds(119)));

    assertThat(plan.steps()).containsExactly(new Step.AskAgain(1, 2));
    assertThat(sentences(plan))
        .contains("1 of 2 tasks have no place although a new host stands empty");
  }

  @Test
  void fromTasksThatCrashOnOldHostsEcsMayBackOff() {
    assertThat(plan(missingOne().registeredFor(LONG_AGO)).steps()).isEmpty();
    assertThat(plan(missingOne().begun(LONG_AGO)).steps()).isEmpty();
  }

  @Test
  void aHostCameWhileNobodyWasThereToMakeEcsLookAgain() {
    Plan plan = plan(missingOne().registeredFor(LONG_AGO).withoutRoom(LONG_AGO.plusSeconds(1)));

    assertThat(plan.steps()).containsExactly(new Step.AskAgain(1, 2));
    assertThat(sentences(plan))
        .contains(
            "1 of 2 tasks have no place although a host stands empty that came after ECS last"
                + " looked for one");
  }

  @Test
  void aHostOnWhichEcsHasLookedItselfIsLeftToIt() {
    Pictures missing = missingOne().registeredFor(Duration.ofMinutes(10));

    assertThat(plan(missing.withoutRoom(Duration.ofMinutes(10))).steps()).isEmpty();
  }

  @Test
  void afterTheLongestThatEcsWaitsItHasLookedByItself() {
    Pictures lookedInVain = missingOne().withoutRoom(Duration.ofMinutes(40));
    Duration longest = Duration.ofMinutes(27);

    assertThat(plan(lookedInVain.registeredFor(longest.minusSeconds(1))).steps())
        .containsExactly(new Step.AskAgain(1, 2));
    assertThat(plan(lookedInVain.registeredFor(longest)).steps()).isEmpty();
  }

  @Test
  void aDeploymentThatNeverRanWasTakenBackAndItsHostsStandEmpty() {
    Plan plan = plan(surgeHostsStandEmpty().rollingBack(A_MOMENT_AGO));

    assertThat(plan.steps()).containsExactly(new Step.AskAgain(2, 4));
    assertThat(sentences(plan))
        .contains(
            "2 of 4 tasks have no place although a host stands empty and what ECS backed off from"
                + " is no longer deployed");
  }

  @Test
  void theWayBackIsCompleteAndOneOfItsTasksIsStillMissing() {
    assertThat(plan(missingOne().begun(A_MOMENT_AGO)).steps())
        .containsExactly(new Step.AskAgain(1, 2));
  }

  @Test
  void whatIsMissingIsAskedForAgainAlsoWhileMoreHostsAreOrdered() {
    Pictures oneHostShort =
        picture()
            .asked(4, 7)
            .stable(32)
            .empty("i-3", "i-4", "i-5", "i-6")
            .rollingBack(A_MOMENT_AGO);

    assertThat(plan(oneHostShort).steps())
        .containsExactly(new Step.RaiseHosts(7, 8), new Step.AskAgain(3, 4));
  }

  @Test
  void ecsLooksByItselfWhileANewRevisionComes() {
    assertThat(
            plan(surgeHostsStandEmpty()
                    .deploying(new Rollout.Rolling(100, 200))
                    .begun(A_MOMENT_AGO))
                .steps())
        .isEmpty();
  }

  @Test
  void aWayBackLongBegunIsLeftToEcs() {
    assertThat(plan(surgeHostsStandEmpty().rollingBack(LONG_AGO)).steps()).isEmpty();
  }

  @Test
  void aLowerCountMustNotEndATaskThatServesTheOldRevision() {
    Pictures mayEnd = surgeHostsStandEmpty().rollingBack(A_MOMENT_AGO);

    assertThat(plan(mayEnd.deploying(new Rollout.Rolling(99, 200))).steps()).isEmpty();
    assertThat(plan(mayEnd.deploying(new Rollout.BlueGreen())).steps()).isEmpty();
  }

  @Test
  void aHostWithoutATasksGpusIsNoPlaceForIt() {
    Pictures blind =
        missingOne()
            .shape(new Resources(0, 8192, 32_000), new Resources(1, 4096, 14_000))
            .registeredFor(A_MOMENT_AGO);

    assertThat(plan(blind).steps()).noneMatch(Step.AskAgain.class::isInstance);
  }

  @Test
  void nothingIsAskedForAgainBesideASecondControllerOrUnderAHold() {
    Pictures forgotten = missingOne().registeredFor(A_MOMENT_AGO);

    assertThat(plan(forgotten.hold(NOW.plusSeconds(60))).steps()).isEmpty();
    assertThat(plan(forgotten.rival("a scaling policy sizes the group")).steps()).isEmpty();
  }

  @Test
  void togetherLeavesItToEcs() {
    assertThat(
            Planner.plan(
                    Policies.with("TASK_RELEASE", "together"),
                    missingOne().registeredFor(A_MOMENT_AGO).taken(),
                    TICK)
                .steps())
        .isEmpty();
  }

  private static Pictures missingOne() {
    return picture().asked(2, 2).empty("i-1").stable(16);
  }

  /** Two of four tasks run; the hosts of the revision that never ran are there for both. */
  private static Pictures surgeHostsStandEmpty() {
    return picture().asked(4, 8).stable(32).empty("i-2", "i-3", "i-4", "i-5", "i-6", "i-7");
  }

  private static Plan plan(Pictures picture) {
    return Planner.plan(POLICY, picture.taken(), TICK);
  }

  private static List<String> sentences(Plan plan) {
    return plan.reasons().stream().map(Reason::sentence).toList();
  }
}
