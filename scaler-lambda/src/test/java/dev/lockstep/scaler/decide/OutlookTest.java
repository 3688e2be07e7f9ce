package dev.lockstep.scaler.decide;

import static dev.lockstep.scaler.observe.Pictures.NOW;
import static dev.lockstep.scaler.observe.Pictures.picture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.observe.Pictures;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.trigger.Request;
import dev.lockstep.scaler.trigger.Trigger;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a decision says of the time after it. */
final class OutlookTest {
  @Test
  void hostsThatWereOrderedAreExpectedAfterTheirLead() {
    assertThat(next(Policies.with(), picture().asked(2, 2).stable(40)))
        .isEqualTo("the hosts are expected to serve by 2026-03-01T12:04:00Z");
    assertThat(next(Policies.with("MAX_STEP_HOSTS", "1"), picture().asked(2, 2).stable(40)))
        .endsWith("12:04:00Z, and the next run adds more");
  }

  @Test
  void tasksForHostsThatAreThereStartOnThem() {
    assertThat(next(Policies.with(), picture().asked(2, 5).stable(40)))
        .isEqualTo("the tasks start on hosts that are there or on the way");
  }

  @Test
  void onRegistrationTheRestFollows() {
    assertThat(
            next(
                Policies.with("TASK_RELEASE", "on-registration"),
                picture().asked(2, 5).inService(3).stable(40)))
        .isEqualTo("further tasks are asked for as their hosts register");
  }

  @Test
  void afterAFailedLaunchItSaysWhenItTriesAgain() {
    assertThat(next(Policies.with(), picture().asked(2, 2).launchTrouble(3, NOW).stable(40)))
        .isEqualTo("more hosts are asked for again from 2026-03-01T12:04:00Z on");
  }

  @Test
  void theWayInGoesOnOrWaits() {
    assertThat(next(Policies.with(), picture().asked(8, 8).stable(16).recentPeak(16)))
        .isEqualTo("later runs take away what is still too much, hosts once they are empty");
    assertThat(next(Policies.with(), picture().asked(8, 8).stable(16)))
        .isEqualTo("what is too much is taken away once that has passed");
  }

  @Test
  void whereNothingMayChangeItSaysUntilWhen() {
    assertThat(next(Policies.with(), picture().stable(40).hold(NOW.plusSeconds(60))))
        .isEqualTo("nothing, until the hold lapses or is released");
    assertThat(next(Policies.with(), picture().stable(40).rival("policy cpu-50: delete it")))
        .isEqualTo("nothing, until the other controller is off");
    assertThat(
            Planner.plan(
                    Policies.with(),
                    picture().stable(40).taken(),
                    new Trigger.Manual(new Request.Observe(), Optional.empty(), false, "drill"))
                .next())
        .isEqualTo("the next tick acts on what it sees then");
  }

  @Test
  void whereAllIsAsItShouldBeTheNextTickLooksAgain() {
    assertThat(next(Policies.with(), picture().asked(5, 5).stable(40)))
        .isEqualTo("each tick looks again");
  }

  private static String next(Policy policy, Pictures picture) {
    return Planner.plan(policy, picture.taken(), new Trigger.Tick(NOW)).next();
  }
}
