package dev.lockstep.inference.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.inference.lifecycle.ProtectionRule.Sight;
import dev.lockstep.inference.lifecycle.ProtectionRule.State;
import dev.lockstep.inference.lifecycle.ProtectionRule.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Steps in virtual time, a second apart. */
final class ProtectionRuleTest {
  private static final ProtectionRule RULE = new ProtectionRule(Duration.ofSeconds(20));

  @Test
  void workThatAStopWouldWaitForNeedsNoProtection() {
    assertThat(steps(seconds(60, 19))).containsOnly(Step.NOTHING);
  }

  @Test
  void longWorkIsProtectedAtOnceAndReleasedHalfAMinuteAfterIt() {
    List<Step> steps = steps(seconds(5, 20), seconds(60, 0));

    assertThat(steps.getFirst()).isEqualTo(Step.PROTECT);
    assertThat(steps.subList(1, 34)).containsOnly(Step.NOTHING);
    assertThat(steps.get(34)).isEqualTo(Step.RELEASE);
    assertThat(steps.subList(35, steps.size())).containsOnly(Step.NOTHING);
  }

  @Test
  void oneLongBatchAfterTheOtherIsOneProtection() {
    List<Step> steps =
        steps(seconds(10, 30), seconds(20, 0), seconds(10, 30), seconds(20, 0), seconds(10, 30));

    assertThat(steps.getFirst()).isEqualTo(Step.PROTECT);
    assertThat(steps.subList(1, steps.size())).containsOnly(Step.NOTHING);
  }

  @Test
  void protectionIsRenewedAtHalfItsTime() {
    List<Step> steps = steps(seconds(300, 600));

    assertThat(steps.get(0)).isEqualTo(Step.PROTECT);
    assertThat(steps.get(119)).isEqualTo(Step.NOTHING);
    assertThat(steps.get(120)).isEqualTo(Step.PROTECT);
    assertThat(steps.get(240)).isEqualTo(Step.PROTECT);
    assertThat(steps).filteredOn(Step.PROTECT::equals).hasSize(3);
  }

  @Test
  void aTaskWhoseDeviceHangsIsLetGo() {
    State held = new State.Protected(0, 0);

    assertThat(RULE.step(held, new Sight(1, Duration.ofHours(1), false))).isEqualTo(Step.RELEASE);
    assertThat(RULE.step(new State.Unprotected(), new Sight(1, Duration.ofHours(1), false)))
        .isEqualTo(Step.NOTHING);
  }

  @Test
  void aThresholdOfNothingIsRefused() {
    assertThatThrownBy(() -> new ProtectionRule(Duration.ZERO))
        .hasMessage("LOCKSTEP_PROTECT_AFTER is PT0S; more than 0 is needed, such as 20s");
  }

  @Property
  void longWorkIsNeverWithoutProtectionAndNoTaskKeepsItWithout(
      @ForAll @Size(min = 1, max = 400) List<@IntRange(min = 0, max = 40) Integer> work) {
    State state = new State.Unprotected();
    long quiet = 0;
    for (int second = 0; second < work.size(); second++) {
      Sight sight = sight(second, work.get(second));
      state = RULE.after(state, RULE.step(state, sight), sight);
      quiet = work.get(second) >= 20 ? 0 : quiet + 1;
      if (work.get(second) >= 20) {
        assertThat(state).isInstanceOf(State.Protected.class);
        long age = sight.nowNanos() - ((State.Protected) state).askedNanos();
        assertThat(Duration.ofNanos(age)).isLessThan(ProtectionRule.EXPIRY);
      }
      if (quiet > ProtectionRule.QUIET.toSeconds()) {
        assertThat(state).isInstanceOf(State.Unprotected.class);
      }
    }
  }

  @SafeVarargs
  private static List<Step> steps(List<Integer>... work) {
    List<Step> steps = new ArrayList<>();
    State state = new State.Unprotected();
    for (List<Integer> part : work) {
      for (int seconds : part) {
        Sight sight = sight(steps.size(), seconds);
        Step step = RULE.step(state, sight);
        state = RULE.after(state, step, sight);
        steps.add(step);
      }
    }
    return steps;
  }

  /** The same work for so many seconds. */
  private static List<Integer> seconds(int times, int work) {
    return Collections.nCopies(times, work);
  }

  private static Sight sight(int second, int work) {
    return new Sight(Duration.ofSeconds(second).toNanos(), Duration.ofSeconds(work), true);
  }
}
