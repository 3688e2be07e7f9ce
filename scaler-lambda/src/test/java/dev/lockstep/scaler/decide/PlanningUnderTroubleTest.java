package dev.lockstep.scaler.decide;

import static dev.lockstep.scaler.decide.Plans.codes;
import static dev.lockstep.scaler.decide.Plans.plan;
import static dev.lockstep.scaler.decide.Plans.sentences;
import static dev.lockstep.scaler.observe.Pictures.NOW;
import static dev.lockstep.scaler.observe.Pictures.picture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.observe.Pictures;
import dev.lockstep.scaler.observe.Rollout;
import org.junit.jupiter.api.Test;

/** Launches that fail, deployments that need room, and somebody else at the same counts. */
final class PlanningUnderTroubleTest {
  @Test
  void whileLaunchesFailNoTaskCountsOnAHostThatDoesNotCome() {
    Plan plan = plan(picture().asked(2, 5).inService(3).launchTrouble(2, NOW).stable(40));

    assertThat(plan.steps()).containsExactly(new Step.RaiseTasks(2, 3, 3));
  }

  @Test
  void moreHostsAreAskedForOnlyWhenTheWaitAfterAFailedLaunchIsOver() {
    Pictures picture = picture().asked(2, 2).stable(40);

    Plan waiting = plan(picture.launchTrouble(3, NOW.minusSeconds(239)));
    assertThat(waiting.steps()).isEmpty();
    assertThat(sentences(waiting))
        .contains(
            "no more hosts are asked for until 2026-03-01T12:00:01Z, because the last 3 launches"
                + " failed: no capacity in us-east-1a");

    Plan again = plan(picture.launchTrouble(3, NOW.minusSeconds(240)));
    assertThat(again.steps()).containsExactly(new Step.RaiseHosts(2, 5));
  }

  @Test
  void aFailedLaunchIsNotMentionedWhenNoHostIsNeeded() {
    assertThat(codes(plan(picture().asked(2, 2).launchTrouble(1, NOW).stable(16))))
        .doesNotContain(Reason.Code.LAUNCHES_FAIL);
  }

  @Test
  void aRollingDeploymentThatKeepsEveryTaskGetsRoomForTheNewOnes() {
    Plan plan = plan(picture().asked(4, 4).deploying(new Rollout.Rolling(100, 150)).stable(32));

    assertThat(plan.steps()).containsExactly(new Step.RaiseHosts(4, 6));
    assertThat(codes(plan)).contains(Reason.Code.DEPLOYMENT);
  }

  @Test
  void aRollingDeploymentWhoseOldTasksMakeRoomNeedsNoMore() {
    assertThat(
            plan(picture().asked(4, 4).deploying(new Rollout.Rolling(50, 200)).stable(32)).steps())
        .isEmpty();
  }

  @Test
  void twoColoursNeedTwoFleets() {
    assertThat(plan(picture().asked(4, 4).deploying(new Rollout.BlueGreen()).stable(32)).steps())
        .containsExactly(new Step.RaiseHosts(4, 8));
  }

  @Test
  void aSecondControllerIsRefusedByNameAndNotFought() {
    Plan plan = plan(picture().asked(2, 2).rival("policy cpu-50: delete it").stable(40));

    assertThat(plan.steps()).isEmpty();
    assertThat(sentences(plan))
        .contains(
            "nothing is changed while there is a second controller: policy cpu-50: delete it");
    assertThat(plan.sizing().tasks()).isEqualTo(5);
  }
}
