package dev.lockstep.scaler.decide;

import static dev.lockstep.scaler.observe.Pictures.NOW;
import static dev.lockstep.scaler.observe.Pictures.picture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.observe.Pictures;
import dev.lockstep.scaler.observe.Rollout;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.trigger.AlarmState;
import dev.lockstep.scaler.trigger.Trigger;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What is taken away, when, and when not. */
final class LoweringTest {
  private static final Trigger TICK = new Trigger.Tick(NOW);

  @Test
  void tasksGoDownToWhatTheBusiestRecentMinuteNeededAQuarterAtATime() {
    assertThat(plan(picture().asked(8, 8).stable(16).recentPeak(20)).steps())
        .containsExactly(new Step.LowerTasks(8, 6));
    assertThat(plan(picture().asked(4, 4).stable(16).recentPeak(20)).steps())
        .containsExactly(new Step.LowerTasks(4, 3));
  }

  @Test
  void whatWasNeededAWhileAgoIsKept() {
    assertThat(plan(picture().asked(5, 5).stable(16).recentPeak(40)).steps()).isEmpty();
  }

  @Test
  void hostsFollowOnceTheyAreEmptyByName() {
    Plan plan = plan(picture().asked(3, 5).stable(20).recentPeak(20).empty("i-3", "i-4"));

    assertThat(plan.steps()).containsExactly(new Step.RetireHosts(List.of("i-3")));
    assertThat(codes(plan)).contains(Reason.Code.LOWERING);
  }

  @Test
  void aHostThatHoldsATaskIsNeverNamed() {
    assertThat(plan(picture().asked(3, 5).stable(20).recentPeak(20)).steps()).isEmpty();
  }

  @Test
  void missingHistoryFreezesTheWayIn() {
    Plan plan = plan(picture().asked(8, 8).stable(16));

    assertThat(plan.steps()).isEmpty();
    assertThat(codes(plan)).contains(Reason.Code.FROZEN).doesNotContain(Reason.Code.IN_STEP);
  }

  @Test
  void aDeploymentFreezesTheWayIn() {
    assertFrozen(quiet().deploying(new Rollout.Rolling(50, 200)), "a deployment is under way");
  }

  @Test
  void latencyOverBudgetFreezesTheWayIn() {
    assertFrozen(quiet().p95(Duration.ofMillis(300)), "p95 is 300 ms, over its budget of 250 ms");
  }

  @Test
  void tasksThatDoNotRunFreezeTheWayIn() {
    assertFrozen(quiet().inService(6), "2 tasks do not run");
  }

  @Test
  void anAlarmInAlarmFreezesTheWayIn() {
    Trigger alarm = new Trigger.Alarm("latency", AlarmState.ALARM, AlarmState.OK, NOW);
    Plan plan = Planner.plan(Policies.with(), quiet().taken(), alarm);

    assertThat(plan.steps()).isEmpty();
    assertThat(sentences(plan)).anyMatch(line -> line.endsWith("an alarm is in ALARM"));
  }

  @Test
  void aFloorAndTheMinimumAreKept() {
    assertThat(plan(quiet().floor(7, NOW.plusSeconds(60))).steps())
        .containsExactly(new Step.LowerTasks(8, 7));
    assertThat(plan(picture().asked(2, 2).stable(0).recentPeak(0)).steps()).isEmpty();
  }

  @Test
  void aHoldForbidsTheWayInToo() {
    assertThat(plan(quiet().hold(NOW.plusSeconds(60))).steps()).isEmpty();
  }

  @Property
  void noRunTakesAwayMoreThanAQuarterNorWhatDemandNeeds(
      @ForAll @IntRange(min = 2, max = 8) int tasks,
      @ForAll @DoubleRange(max = 64) double now,
      @ForAll @DoubleRange(max = 64) double peak) {
    Plan plan = plan(picture().asked(tasks, tasks).stable(now).recentPeak(peak));

    for (Step step : plan.steps()) {
      if (step instanceof Step.LowerTasks(int from, int to)) {
        assertThat(from - to).isLessThanOrEqualTo(Math.max(1, from / 4));
        assertThat(8.0 * to).isGreaterThanOrEqualTo(Math.max(now, peak) - 1e-6);
        assertThat(to).isGreaterThanOrEqualTo(Policies.with().tasks().min());
      }
    }
  }

  private static Pictures quiet() {
    return picture().asked(8, 8).stable(16).recentPeak(16);
  }

  private static void assertFrozen(Pictures picture, String why) {
    Plan plan = plan(picture);
    assertThat(plan.steps()).isEmpty();
    assertThat(sentences(plan)).anyMatch(line -> line.endsWith("nothing is taken away: " + why));
  }

  private static Plan plan(Pictures picture) {
    return Planner.plan(Policies.with(), picture.taken(), TICK);
  }

  private static List<Reason.Code> codes(Plan plan) {
    return plan.reasons().stream().map(Reason::code).toList();
  }

  private static List<String> sentences(Plan plan) {
    return plan.reasons().stream().map(Reason::sentence).toList();
  }
}
