package dev.lockstep.scaler.decide;

import static dev.lockstep.scaler.decide.Plans.ALARM;
import static dev.lockstep.scaler.decide.Plans.TICK;
import static dev.lockstep.scaler.decide.Plans.codes;
import static dev.lockstep.scaler.decide.Plans.plan;
import static dev.lockstep.scaler.decide.Plans.sentences;
import static dev.lockstep.scaler.observe.Pictures.NOW;
import static dev.lockstep.scaler.observe.Pictures.picture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.observe.Pictures;
import dev.lockstep.scaler.observe.Resources;
import dev.lockstep.scaler.observe.Rollout;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.trigger.AlarmState;
import dev.lockstep.scaler.trigger.Trigger;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlannerTest {
  @Test
  void aSurgeRaisesHostsFirstAndTasksSecondInOnePlan() {
    Plan plan = plan(picture().asked(2, 2).stable(40));

    assertThat(plan.steps())
        .containsExactly(new Step.RaiseHosts(2, 5), new Step.RaiseTasks(2, 5, 2));
    assertThat(sentences(plan))
        .containsExactly("40.0 requests/s (a minute) at 8.0 requests/s a task need 5 tasks");
  }

  @Test
  void whenBothCountsAreRightNothingIsDoneAndThePlanSaysSo() {
    Plan plan = plan(picture().asked(5, 5).stable(40));

    assertThat(plan.steps()).isEmpty();
    assertThat(codes(plan)).containsExactly(Reason.Code.DEMAND, Reason.Code.IN_STEP);
  }

  @Test
  void aRateOfExactlyAWholeNumberOfTasksCostsNoFurtherTask() {
    assertThat(plan(picture().stable(0.1 + 0.2 + 39.7)).sizing().tasks()).isEqualTo(5);
    assertThat(plan(picture().stable(40.01)).sizing().tasks()).isEqualTo(6);
  }

  @Test
  void noRequestsNeedNoTasks() {
    assertThat(sentences(plan(picture().stable(0)))).first().asString().endsWith("need 0 tasks");
  }

  @Test
  void whatIsOnTheWayIsCreditedAndNotOrderedTwice() {
    Plan plan = plan(picture().asked(2, 5).inService(2).stable(40));

    assertThat(plan.steps()).containsExactly(new Step.RaiseTasks(2, 5, 5));
  }

  @Test
  void tasksThatNoHostCanHoldGetTheirHosts() {
    Plan plan = plan(picture().asked(6, 2).stable(16));

    assertThat(plan.steps()).containsExactly(new Step.RaiseHosts(2, 6));
    assertThat(codes(plan)).containsExactly(Reason.Code.DEMAND, Reason.Code.KEPT);
  }

  @Test
  void tasksOfThreeGpusFillFourGpuHostsOneByOne() {
    Policy policy = Policies.with("GPUS_PER_TASK", "3", "GPUS_PER_HOST", "4");

    Pictures picture =
        picture().asked(2, 2).shape(new Resources(4, 8192, 32_000), new Resources(3, 0, 0));

    Plan plan = Planner.plan(policy, picture.stable(32).taken(), ALARM);

    assertThat(plan.steps())
        .containsExactly(new Step.RaiseHosts(2, 4), new Step.RaiseTasks(2, 4, 2));
  }

  @Test
  void spareTasksAreAddedOnTop() {
    Plan plan = Planner.plan(Policies.with("SPARE", "2 tasks"), picture().stable(40).taken(), TICK);

    assertThat(plan.sizing().tasks()).isEqualTo(7);
    assertThat(sentences(plan))
        .first()
        .asString()
        .endsWith("need 7 tasks, spare included: 2 tasks");
  }

  @Test
  void aSurgeOfSecondsIsAnsweredBeforeTheMinuteShowsIt() {
    assertThat(plan(picture().stable(16).panic(40)).sizing().tasks()).isEqualTo(5);
  }

  @Test
  void theTenSecondWindowAloneIsBelieved() {
    assertThat(plan(picture().panic(24)).sizing().tasks()).isEqualTo(3);
  }

  @Test
  void theGroupsMaximumBindsAndTasksStayWithinItsHosts() {
    Plan plan = plan(picture().asked(2, 2).maxHosts(4).stable(80));

    assertThat(plan.steps())
        .containsExactly(new Step.RaiseHosts(2, 4), new Step.RaiseTasks(2, 4, 2));
    assertThat(sentences(plan)).contains("10 hosts are needed but the group's MaxSize allows 4");
  }

  @Test
  void thePolicysMaximumBindsAndThePlanSaysSo() {
    Plan plan = plan(picture().asked(2, 2).maxHosts(100).stable(800));

    assertThat(plan.sizing().tasks()).isEqualTo(10);
    assertThat(sentences(plan)).contains("100 tasks are wanted but the policy allows 10");
  }

  @Test
  void aBoundThatIsMetExactlyIsNotSaidToBind() {
    // 10 tasks on 10 hosts: the most the policy and the group allow, and the most one run may add.
    assertThat(codes(plan(picture().asked(2, 2).stable(80)))).containsExactly(Reason.Code.DEMAND);
    assertThat(codes(plan(picture().asked(2, 2).stable(16))))
        .containsExactly(Reason.Code.DEMAND, Reason.Code.IN_STEP);
  }

  @Test
  void whenPolicyAndGroupAllowTheSameThePolicyIsNamed() {
    assertThat(sentences(plan(picture().asked(12, 10).stable(16))))
        .contains("12 hosts are needed but the policy allows 10");
  }

  @Test
  void theMinimumIsSaidToBind() {
    assertThat(sentences(plan(picture().stable(8)))).contains("the policy keeps at least 2 tasks");
  }

  @Test
  void onRegistrationNobodyWaitsWhenEveryHostIsThere() {
    Policy policy = Policies.with("TASK_RELEASE", "on-registration");

    assertThat(codes(Planner.plan(policy, picture().asked(5, 5).stable(40).taken(), TICK)))
        .containsExactly(Reason.Code.DEMAND, Reason.Code.IN_STEP);
  }

  @Test
  void aFleetEventIsAReasonToLookLikeAnyOther() {
    Trigger event = new Trigger.FleetEvent("SERVICE_TASK_PLACEMENT_FAILURE", "embed", NOW);

    Plan plan = Planner.plan(Policies.with(), picture().asked(4, 2).stable(16).taken(), event);

    assertThat(plan.steps()).containsExactly(new Step.RaiseHosts(2, 4));
    assertThat(plan.dryRun()).isFalse();
  }

  @Test
  void thePolicysMinimumIsKeptWithoutAnyDemand() {
    Plan plan = plan(picture().asked(0, 0).stable(0));

    assertThat(plan.steps())
        .containsExactly(new Step.RaiseHosts(0, 2), new Step.RaiseTasks(0, 2, 0));
  }

  @Test
  void oneRunAddsAtMostItsStepAndTheNextGoesOn() {
    Policy policy = Policies.with("MAX_STEP_HOSTS", "2");

    Plan first = Planner.plan(policy, picture().asked(2, 2).stable(64).taken(), ALARM);
    Plan second = Planner.plan(policy, picture().asked(4, 4).stable(64).taken(), TICK);

    assertThat(first.steps())
        .containsExactly(new Step.RaiseHosts(2, 4), new Step.RaiseTasks(2, 4, 2));
    assertThat(codes(first)).containsExactly(Reason.Code.DEMAND, Reason.Code.STEP);
    assertThat(second.steps())
        .containsExactly(new Step.RaiseHosts(4, 6), new Step.RaiseTasks(4, 6, 4));
  }

  @Test
  void unknownDemandIsNotZeroDemand() {
    Plan plan = plan(picture().asked(5, 5));

    assertThat(plan.steps()).isEmpty();
    assertThat(codes(plan)).containsExactly(Reason.Code.DEMAND_UNKNOWN, Reason.Code.IN_STEP);
    assertThat(sentences(plan)).first().asString().endsWith("nothing was published");
  }

  @Test
  void onRegistrationTasksFollowTheHostsThatAreThere() {
    Policy policy = Policies.with("TASK_RELEASE", "on-registration");

    Plan surge = Planner.plan(policy, picture().asked(2, 2).stable(40).taken(), ALARM);
    Plan half = Planner.plan(policy, picture().asked(2, 5).inService(4).stable(40).taken(), TICK);

    assertThat(surge.steps()).containsExactly(new Step.RaiseHosts(2, 5));
    assertThat(half.steps()).containsExactly(new Step.RaiseTasks(2, 4, 4));
    assertThat(codes(half)).containsExactly(Reason.Code.DEMAND, Reason.Code.WAITING_FOR_HOSTS);
  }

  @Test
  void aTaskThatLostItsHostIsWithdrawnUntilTheNextHostRegisters() {
    Policy policy = Policies.with("TASK_RELEASE", "on-registration");

    Plan death = Planner.plan(policy, picture().asked(5, 5).inService(4).stable(40).taken(), TICK);
    Plan meanwhile =
        Planner.plan(policy, picture().asked(4, 5).inService(4).stable(40).taken(), TICK);
    Plan next = Planner.plan(policy, picture().asked(4, 5).inService(5).stable(40).taken(), TICK);

    assertThat(death.steps()).containsExactly(new Step.WithdrawTasks(5, 4));
    assertThat(sentences(death))
        .contains("1 of 5 tasks have no host and are not left for ECS to back off from");
    assertThat(meanwhile.steps()).isEmpty();
    assertThat(next.steps()).containsExactly(new Step.RaiseTasks(4, 5, 5));
  }

  @Test
  void nothingIsWithdrawnThatWouldNotBeAskedForAgain() {
    Policy policy = Policies.with("TASK_RELEASE", "on-registration");
    Pictures death = picture().asked(5, 5).inService(4);

    assertThat(Planner.plan(policy, death.stable(24).taken(), TICK).steps()).isEmpty();
    assertThat(Planner.plan(policy, picture().asked(5, 5).inService(4).taken(), TICK).steps())
        .isEmpty();
  }

  @Test
  void nothingIsWithdrawnBelowTheMinimumNorWhileItIsUncertainWhatHasAPlace() {
    Policy policy = Policies.with("TASK_RELEASE", "on-registration");

    assertThat(
            List.of(
                picture().asked(2, 2).inService(1).stable(16),
                picture().asked(5, 5).inService(4).stable(40).registeredUnknown(),
                picture().asked(5, 5).inService(4).stable(40).gap("no metrics of the service"),
                picture()
                    .asked(5, 5)
                    .inService(4)
                    .stable(40)
                    .deploying(new Rollout.Rolling(50, 200))))
        .allSatisfy(uncertain ->
            assertThat(Planner.plan(policy, uncertain.taken(), TICK).steps())
                .noneMatch(Step.WithdrawTasks.class::isInstance));
  }

  @Test
  void togetherLeavesTasksForTheirHostsToEcs() {
    assertThat(plan(picture().asked(5, 5).inService(4).stable(40)).steps()).isEmpty();
  }

  @Test
  void hostsThatWereOrderedGetTheirTasksAlsoWhenDemandHasEasedBeforeTheyCame() {
    Policy policy = Policies.with("TASK_RELEASE", "on-registration");

    Plan plan =
        Planner.plan(
            policy, picture().asked(3, 5).inService(4).stable(18).recentPeak(40).taken(), TICK);

    assertThat(plan.steps()).containsExactly(new Step.RaiseTasks(3, 4, 4));
    assertThat(sentences(plan))
        .contains("5 tasks were needed a while ago and get the hosts that were ordered for them");
  }

  @Test
  void hostsThatWereOrderedGetTheirTasksAlsoWhenSomeMinutesAreMissing() {
    Plan plan = plan(picture().asked(3, 5).stable(18).peakKnown(40));

    assertThat(plan.steps()).containsExactly(new Step.RaiseTasks(3, 5, 5));
  }

  @Test
  void noHostIsOrderedForADemandThatHasPassed() {
    Plan plan = plan(picture().asked(3, 3).stable(18).recentPeak(40));

    assertThat(plan.steps()).isEmpty();
    assertThat(codes(plan)).doesNotContain(Reason.Code.KEPT);
  }

  @Test
  void hostsBeyondWhatWasLatelyNeededGetNoTasks() {
    Plan plan = plan(picture().asked(3, 6).stable(18).recentPeak(30));

    assertThat(plan.steps()).containsExactly(new Step.RaiseTasks(3, 4, 4));
  }

  @Test
  void onRegistrationNothingIsReleasedWhileRegistrationIsUnknown() {
    Policy policy = Policies.with("TASK_RELEASE", "on-registration");

    Plan plan =
        Planner.plan(policy, picture().asked(2, 5).registeredUnknown().stable(40).taken(), TICK);

    assertThat(plan.steps()).isEmpty();
  }

  @Test
  void anAlarmThatGoesBackToOkOnlyLooksAgain() {
    Trigger ok = new Trigger.Alarm("request-rate", AlarmState.OK, AlarmState.ALARM, NOW);

    assertThat(Planner.plan(Policies.with(), picture().asked(5, 5).stable(8).taken(), ok).steps())
        .isEmpty();
  }
}
