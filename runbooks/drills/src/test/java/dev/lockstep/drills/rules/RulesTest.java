package dev.lockstep.drills.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Each rule as its own documentation works it out. */
final class RulesTest {
  private static final Instant NOW = Instant.parse("2026-01-05T09:00:00Z");

  // Target tracking: "proportional", cool-downs of 300 s.

  @Test
  void targetTrackingGoesOutInProportionAndRoundsUp() {
    assertThat(TargetTracking.of(100).out(TargetTracking.State.FRESH, NOW, 4, 130).desired())
        .isEqualTo(6);
  }

  @Test
  void inItsCooldownTargetTrackingAddsOnlyWhatALargerMetricAsksForMore() {
    TargetTracking rule = TargetTracking.of(100);
    TargetTracking.Result first = rule.out(TargetTracking.State.FRESH, NOW, 2, 250);
    assertThat(first.desired()).isEqualTo(5);

    TargetTracking.Result same = rule.out(first.state(), NOW.plusSeconds(60), 5, 250);
    TargetTracking.Result more = rule.out(first.state(), NOW.plusSeconds(60), 5, 400);
    TargetTracking.Result after = rule.out(first.state(), NOW.plusSeconds(300), 5, 250);

    assertThat(same.desired()).isEqualTo(5);
    assertThat(more.desired()).isEqualTo(8);
    assertThat(after.desired()).isEqualTo(13);
  }

  @Test
  void targetTrackingTakesNothingInDuringACooldownOrADeployment() {
    TargetTracking rule = TargetTracking.of(100);
    TargetTracking.State out = rule.out(TargetTracking.State.FRESH, NOW, 2, 250).state();

    assertThat(rule.in(out, NOW.plusSeconds(299), 5, 20, false).desired()).isEqualTo(5);
    assertThat(rule.in(out, NOW.plusSeconds(300), 5, 20, true).desired()).isEqualTo(5);
    assertThat(rule.in(out, NOW.plusSeconds(300), 5, 20, false).desired()).isEqualTo(1);
  }

  @Property
  void targetTrackingNeverLowersOnTheWayOutNorRaisesOnTheWayIn(
      @ForAll @IntRange(max = 200) int count, @ForAll @DoubleRange(max = 1000) double metric) {
    TargetTracking rule = TargetTracking.of(100);

    assertThat(rule.out(TargetTracking.State.FRESH, NOW, count, metric).desired())
        .isGreaterThanOrEqualTo(count);
    assertThat(rule.in(TargetTracking.State.FRESH, NOW, count, metric, false).desired())
        .isLessThanOrEqualTo(count);
  }

  // Cluster auto scaling: the cases of the deep dive on the metric.

  @Test
  void theReservationIsNeededOverPresentHosts() {
    assertThat(ManagedScaling.reservation(3, 4)).isEqualTo(75);
    assertThat(ManagedScaling.reservation(0, 0)).isEqualTo(100);
    assertThat(ManagedScaling.reservation(2, 0)).isEqualTo(200);
  }

  @Test
  void provisioningTasksNeedHostsByHowManyFitOnOne() {
    assertThat(ManagedScaling.needed(4, 5, 2)).isEqualTo(7);
    assertThat(new ManagedScaling(100).out(4, 4, ManagedScaling.reservation(7, 4))).isEqualTo(7);
  }

  @Test
  void aTargetCapacityBelowAHundredKeepsSpareHosts() {
    assertThat(new ManagedScaling(80).out(8, 8, ManagedScaling.reservation(8, 8))).isEqualTo(10);
  }

  @Test
  void hostsThatAreOrderedAlreadyAreNotOrderedAgain() {
    assertThat(new ManagedScaling(100).out(9, 4, ManagedScaling.reservation(7, 4))).isEqualTo(9);
  }

  @Test
  void onTheWayInHalfOfTheSurplusGoesAtATime() {
    ManagedScaling rule = new ManagedScaling(100);
    assertThat(rule.in(10, 10, ManagedScaling.reservation(4, 10))).isEqualTo(7);
    assertThat(rule.in(5, 5, ManagedScaling.reservation(4, 5))).isEqualTo(4);
    assertThatThrownBy(() -> new ManagedScaling(0)).hasMessageContaining("1 to 100 per cent");
  }

  // Step scaling: percent of ten instances, as the user guide works it out.

  @Test
  void aStepIsChosenByHowFarTheMetricIsAboveTheThreshold() {
    StepScaling rule = StepScaling.of(60, Duration.ofMinutes(3));

    assertThat(rule.out(StepScaling.State.FRESH, NOW, 10, 61).desired()).isEqualTo(12);
    assertThat(rule.out(StepScaling.State.FRESH, NOW, 10, 80).desired()).isEqualTo(15);
    assertThat(rule.out(StepScaling.State.FRESH, NOW, 10, 110).desired()).isEqualTo(20);
  }

  @Test
  void anAdjustmentBelowOneIsOneAndInACooldownOnlyTheDifferenceIsAdded() {
    StepScaling rule = StepScaling.of(60, Duration.ofMinutes(3));
    StepScaling.Result first = rule.out(StepScaling.State.FRESH, NOW, 2, 61);
    assertThat(first.desired()).isEqualTo(3);

    assertThat(rule.out(first.state(), NOW.plusSeconds(60), 3, 61).desired()).isEqualTo(3);
    assertThat(rule.out(first.state(), NOW.plusSeconds(60), 3, 110).desired()).isEqualTo(4);
    assertThat(rule.out(first.state(), NOW.plusSeconds(180), 3, 61).desired()).isEqualTo(4);
  }

  // Horizontal Pod Autoscaler.

  @Test
  void hpaDoublesWhenTheMetricIsTwiceItsTarget() {
    assertThat(new HpaRule(100).desired(NOW, 5, 5, 200)).isEqualTo(10);
  }

  @Test
  void hpaDoesNothingWithinATenth() {
    assertThat(new HpaRule(100).desired(NOW, 5, 5, 109)).isEqualTo(5);
    assertThat(new HpaRule(100).desired(NOW, 5, 5, 91)).isEqualTo(5);
  }

  @Test
  void hpaAddsAtMostFourPodsOrAsManyAsThereAre() {
    assertThat(new HpaRule(100).desired(NOW, 2, 2, 1000)).isEqualTo(6);
    assertThat(new HpaRule(100).desired(NOW, 10, 10, 1000)).isEqualTo(20);
  }

  @Test
  void hpaGoesDownOnlyToTheHighestRecommendationOfFiveMinutes() {
    HpaRule rule = new HpaRule(100);
    rule.desired(NOW, 10, 10, 80);

    assertThat(rule.desired(NOW.plusSeconds(299), 10, 10, 20)).isEqualTo(8);
    assertThat(rule.desired(NOW.plusSeconds(301), 8, 8, 25)).isEqualTo(2);
  }

  @Test
  void podsThatAreNotReadyDampenTheWayUp() {
    assertThat(new HpaRule(100).desired(NOW, 4, 2, 150)).isEqualTo(4);
  }

  // Knative Pod Autoscaler.

  @Test
  void kpaFollowsItsStableWindow() {
    assertThat(new KpaRule(7).desired(NOW, 5, 40, 45)).isEqualTo(6);
  }

  @Test
  void kpaPanicsWhenTheShortWindowWantsTwiceWhatIsReadyAndThenLowersNothing() {
    KpaRule rule = new KpaRule(10);

    assertThat(rule.desired(NOW, 4, 40, 80)).isEqualTo(8);
    assertThat(rule.desired(NOW.plusSeconds(30), 4, 20, 20)).isEqualTo(8);
    assertThat(rule.desired(NOW.plusSeconds(61), 8, 40, 40)).isEqualTo(4);
  }

  @Test
  void kpaHalvesAtMost() {
    assertThat(new KpaRule(10).desired(NOW, 10, 10, 10)).isEqualTo(5);
  }

  @Property
  void inPanicKpaNeverLowers(
      @ForAll @Size(min = 2, max = 30) List<@IntRange(min = 80, max = 400) Integer> demand) {
    KpaRule rule = new KpaRule(10);
    int before = 0;
    for (int i = 0; i < demand.size(); i++) {
      int desired = rule.desired(NOW.plusSeconds(2L * i), 4, 40, demand.get(i));
      assertThat(desired).isGreaterThanOrEqualTo(before);
      before = desired;
    }
  }

  // Predictive scaling.

  @Test
  void predictiveScalingSaysNothingBeforeItHasADay() {
    PredictiveScaling rule = new PredictiveScaling(8);
    for (int hour = 0; hour < 23; hour++) {
      rule.observed(40);
    }
    assertThat(rule.tasks(1)).isEmpty();
    rule.observed(40);
    assertThat(rule.tasks(1)).hasValue(5);
  }

  @Test
  void predictiveScalingExpectsTheSameHourOfTheDaysBefore() {
    PredictiveScaling rule = new PredictiveScaling(8);
    for (int hour = 0; hour < 48; hour++) {
      rule.observed(hour % 24 == 9 ? 80 : 16);
    }

    // The last hour observed is 23 o'clock; ten hours later it is 9.
    assertThat(rule.tasks(10)).hasValue(10);
    assertThat(rule.tasks(9)).hasValue(2);
  }

  // Bounds.

  @Test
  void theClairvoyantKeepsAHostThroughAGapThatIsShorterThanItsLead() {
    int[] needed = {1, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2};

    assertThat(Clairvoyant.optimum(needed, 3, 1).hostHours() * 3600)
        .isCloseTo(13 + (2 + 1) + 2 + 1 + (3 + 1), within(1e-6));
  }

  @Property(tries = 300)
  void theClairvoyantIsAsCheapAsAnyScheduleThatServesEverybody(
      @ForAll @Size(min = 1, max = 9) List<@IntRange(max = 2) Integer> needs,
      @ForAll @IntRange(min = 1, max = 3) int lead) {
    int[] needed = needs.stream().mapToInt(Integer::intValue).toArray();

    assertThat(Clairvoyant.optimum(needed, lead, 0).hostHours() * 3600)
        .isCloseTo(
            IntStream.rangeClosed(1, 2).map(level -> cheapest(needed, level, lead)).sum(),
            within(1e-6));
  }

  /** Tries every subset of seconds in which one host could be paid for. */
  private static int cheapest(int[] needed, int level, int lead) {
    int best = Integer.MAX_VALUE;
    for (int paid = 0; paid < 1 << needed.length; paid++) {
      if (serves(needed, level, lead, paid)) {
        best = Math.min(best, Integer.bitCount(paid));
      }
    }
    return best;
  }

  /**
   * A second is served when the host has been paid for a lead before it, or since before the start.
   */
  private static boolean serves(int[] needed, int level, int lead, int paid) {
    for (int second = 0; second < needed.length; second++) {
      for (int before = Math.max(0, second - lead);
          needed[second] >= level && before <= second;
          before++) {
        if ((paid & (1 << before)) == 0) {
          return false;
        }
      }
    }
    return true;
  }

  @Property
  void theReactiveBoundServesWhatHasBeenWantedForALead(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 1, max = 9) Integer> needs,
      @ForAll @IntRange(min = 1, max = 10) int lead) {
    int[] needed = needs.stream().mapToInt(Integer::intValue).toArray();
    Clairvoyant.Schedule schedule = Clairvoyant.reactive(needed, lead, 1);

    for (int second = 0; second < needed.length; second++) {
      assertThat(schedule.hostsAt(second)).isGreaterThanOrEqualTo(needed[second]);
      assertThat(schedule.readyAt(second)).isLessThanOrEqualTo(schedule.hostsAt(second));
    }
  }
}
