package dev.lockstep.scaler.decide;

import static dev.lockstep.scaler.decide.Plans.TICK;
import static dev.lockstep.scaler.decide.Plans.codes;
import static dev.lockstep.scaler.decide.Plans.plan;
import static dev.lockstep.scaler.decide.Plans.sentences;
import static dev.lockstep.scaler.observe.Pictures.NOW;
import static dev.lockstep.scaler.observe.Pictures.picture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.observe.Directive;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.trigger.Request;
import dev.lockstep.scaler.trigger.Trigger;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operator asks for and what is remembered of it. */
final class OperatorRequestTest {
  @Test
  void anOperatorsScaleIsRememberedAndCarriedOutInOneRun() {
    Plan plan = plan(picture().stable(16), new Request.Scale(4, Duration.ofMinutes(30)));

    assertThat(plan.steps())
        .containsExactly(
            new Step.Remember(new Directive.Floor(4, NOW.plusSeconds(1800))),
            new Step.RaiseHosts(2, 4),
            new Step.RaiseTasks(2, 4, 2));
    assertThat(sentences(plan)).contains("an operator asked for at least 4 tasks");
  }

  @Test
  void anOperatorsScaleStaysWithinTheBounds() {
    Plan plan = plan(picture().stable(16), new Request.Scale(50, Duration.ofMinutes(30)));

    assertThat(plan.sizing().tasks()).isEqualTo(10);
  }

  @Test
  void aRememberedFloorHoldsUntilItLapses() {
    assertThat(plan(picture().stable(16).floor(4, NOW.plusSeconds(1))).sizing().tasks())
        .isEqualTo(4);
    assertThat(plan(picture().stable(16).floor(4, NOW)).sizing().tasks()).isEqualTo(2);
  }

  @Test
  void aFloorThatAsksForNoMoreThanDemandIsNotSaidToBind() {
    assertThat(codes(plan(picture().stable(16).floor(2, NOW.plusSeconds(60)))))
        .containsExactly(Reason.Code.DEMAND, Reason.Code.IN_STEP);
  }

  @Test
  void aHoldForbidsEveryChangeUntilItLapses() {
    Plan held = plan(picture().stable(40).hold(NOW.plusSeconds(1)));
    Plan lapsed = plan(picture().stable(40).hold(NOW));

    assertThat(held.steps()).isEmpty();
    assertThat(codes(held)).containsExactly(Reason.Code.DEMAND, Reason.Code.HELD);
    assertThat(lapsed.steps()).hasSize(2);
  }

  @Test
  void aHoldIsRememberedAndTakesEffectAtOnce() {
    Plan plan = plan(picture().stable(40), new Request.Hold(Duration.ofMinutes(20)));

    assertThat(plan.steps())
        .containsExactly(new Step.Remember(new Directive.Hold(NOW.plusSeconds(1200))));
  }

  @Test
  void aReleaseEndsAHoldAndGoesOnAtOnce() {
    Plan plan = plan(picture().stable(40).hold(NOW.plusSeconds(600)), new Request.Release());

    assertThat(plan.steps())
        .containsExactly(
            new Step.Forget(), new Step.RaiseHosts(2, 5), new Step.RaiseTasks(2, 5, 2));
  }

  @Test
  void lookingChangesNothingButSaysWhatTheCountsShouldBe() {
    Plan plan = plan(picture().stable(40), new Request.Observe());

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.sizing().tasks()).isEqualTo(5);
    assertThat(codes(plan)).containsExactly(Reason.Code.DEMAND, Reason.Code.OBSERVE_ONLY);
  }

  @Test
  void aDryRunPlansAllAndIsMarked() {
    Trigger dry = new Trigger.Manual(new Request.Reconcile(), Optional.empty(), true, "drill");
    Observation surge = picture().stable(40).taken();

    assertThat(Planner.plan(Policies.with(), surge, dry).dryRun()).isTrue();
    assertThat(Planner.plan(Policies.with(), surge, dry).steps()).hasSize(2);
    assertThat(Planner.plan(Policies.with("DRY_RUN", "true"), surge, TICK).dryRun()).isTrue();
    assertThat(Planner.plan(Policies.with(), surge, TICK).dryRun()).isFalse();
  }
}
