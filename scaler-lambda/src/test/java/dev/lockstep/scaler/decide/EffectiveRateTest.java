package dev.lockstep.scaler.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.scaler.decide.LearnedRate.Change;
import dev.lockstep.scaler.observe.LearnedPoint;
import dev.lockstep.scaler.observe.ServiceMinute;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What is learned of 8 configured requests/s a task and 250 ms, minute by minute. */
final class EffectiveRateTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final List<ServiceMinute> minutes = new ArrayList<>();
  private final List<LearnedPoint> published = new ArrayList<>();

  @Test
  void nothingKnownIsAsConfigured() {
    assertThat(learned())
        .isEqualTo(
            new LearnedRate(
                new RequestRate(8), Change.AS_CONFIGURED, "8.0 requests/s a task, as configured"));
  }

  @Test
  void twoLateMinutesAreNotEnough() {
    steady(10, 2, 6, 200);
    steady(2, 0, 6, 300);

    assertThat(learned().change()).isEqualTo(Change.AS_CONFIGURED);
    assertThat(learned().because())
        .isEqualTo("8.0 requests/s a task, as configured; p95 is 300 ms, not yet for 3 minutes");
  }

  @Test
  void aFleetOfTwoMinutesIsNotEnoughEither() {
    steady(2, 0, 6, 300);

    assertThat(learned().change()).isEqualTo(Change.AS_CONFIGURED);
  }

  @Test
  void threeLateMinutesLowerTheRateTheMoreTheLaterTheyWere() {
    steady(6, 0, 6, 300);
    assertThat(learned())
        .isEqualTo(
            new LearnedRate(
                new RequestRate(6 * 250.0 / 300),
                Change.LOWERED,
                "a task sustains 5.0 requests/s, not 8.0: p95 was 300 ms for 3 minutes at 6.0"
                    + " requests/s"));

    minutes.clear();
    steady(6, 0, 6, 251);
    assertThat(rate()).isCloseTo(6 * 0.95, within(1e-9));

    minutes.clear();
    steady(6, 0, 7, 900);
    assertThat(rate()).isCloseTo(7 * 0.75, within(1e-9));
  }

  @Test
  void halfOfWhatIsConfiguredIsTheFloor() {
    steady(6, 0, 4.05, 300);
    assertThat(rate()).isEqualTo(4);

    published(0, 4);
    assertThat(learned().change()).isEqualTo(Change.RECOVERING);
    assertThat(learned().because())
        .isEqualTo(
            "a task was seen to sustain less than the configured 8.0 requests/s; 4.0 now; p95 is"
                + " 300 ms, but the rate is at its floor");
  }

  @Test
  void minutesThatAreOldLowerNothing() {
    steady(30, 11, 6, 300);
    assertThat(rate()).isEqualTo(8);
  }

  @Test
  void aMinuteThatIsNotOverIsNotLookedAt() {
    steady(6, 0, 6, 200);
    minutes.add(minute(NOW.minusSeconds(30), 6, 900, 5));
    minutes.add(minute(NOW.plusSeconds(30), 6, 900, 5));

    assertThat(learned().because()).isEqualTo("8.0 requests/s a task, as configured");
  }

  @Test
  void theSameMinutesLowerOnce() {
    steady(6, 0, 6, 300);
    published(20, 8);
    double once = rate();
    published(0, once);

    assertThat(rate()).isEqualTo(once);
    assertThat(learned().change()).isEqualTo(Change.RECOVERING);
  }

  @Test
  void onceMoreTasksServeAndAreLateStillItIsLoweredFurther() {
    steady(10, 15, 6.4, 320);
    steady(10, 0, 5, 280);
    published(20, 8);
    published(12, 5.2);

    assertThat(rate()).isCloseTo(5.0 * 250 / 280, within(1e-9));
  }

  @Test
  void whatWasBeforeTheLastLoweringIsNotLookedAtAgain() {
    steady(6, 1, 5, 300);
    steady(1, 0, 5, 300);
    published(20, 8);
    published(1, 5.2);

    assertThat(learned().change()).isEqualTo(Change.RECOVERING);
  }

  @Test
  void itRecoversByATwentiethOfWhatIsConfiguredAnHourAndNotBeyond() {
    published(60, 5);
    assertThat(rate()).isCloseTo(5.4, within(1e-9));

    published.clear();
    published(60 * 24, 5);
    assertThat(learned().rate()).isEqualTo(new RequestRate(8));
    assertThat(learned().change()).isEqualTo(Change.AS_CONFIGURED);
  }

  @Test
  void itRecoversAsFastWhateverSecondOfItsMinuteARunBeginsAt() {
    published(1, 5);
    for (int second : new int[] {0, 1, 59}) {
      LearnedRate learned =
          EffectiveRate.learn(
              new RequestRate(8),
              Duration.ofMillis(250),
              minutes,
              published,
              Optional.empty(),
              NOW.plusSeconds(second));
      assertThat(learned.rate().perSecond()).isCloseTo(5 + 0.4 / 60, within(1e-9));
    }
  }

  @Test
  void whatWasJustPublishedHasNotRecoveredYet() {
    published(0, 5);
    assertThat(rate()).isEqualTo(5);
    assertThat(learned().because())
        .isEqualTo("a task was seen to sustain less than the configured 8.0 requests/s; 5.0 now");
  }

  @Test
  void onlyTheNewestPublishedCountsAndNothingOfTheFuture() {
    published(0, 5);
    published(30, 7);
    published(-5, 4);
    assertThat(rate()).isEqualTo(5);
  }

  @Test
  void whatWasPublishedOutsideTheBoundsIsBroughtInside() {
    published(1, 2);
    assertThat(rate()).isEqualTo(4);

    published.clear();
    published(1, 12);
    assertThat(rate()).isEqualTo(8);
  }

  @Test
  void whenMoreTasksDoNotHelpItStops() {
    steady(12, 28, 7, 300);
    steady(26, 0, 5.2, 290);
    published(40, 8);
    published(27, 5.8);

    assertThat(learned().change()).isEqualTo(Change.RECOVERING);
    assertThat(learned().because())
        .endsWith(
            "p95 is 290 ms at 5.2 requests/s a task and was 300 ms at 7.0: more tasks do not help");
  }

  @Test
  void whenMoreTasksHelpedItGoesOn() {
    steady(12, 28, 7, 330);
    steady(26, 0, 5.2, 290);
    published(40, 8);
    published(27, 5.8);

    assertThat(learned().change()).isEqualTo(Change.LOWERED);
  }

  @Test
  void whenThereAreHardlyMoreTasksItIsTooEarlyToSayThatTheyDoNotHelp() {
    steady(12, 28, 7, 300);
    steady(26, 0, 5.4, 290);
    published(40, 8);
    published(27, 5.8);

    assertThat(learned().change()).isEqualTo(Change.LOWERED);
  }

  @Test
  void aLoweringOfMoreThanAnHourAgoIsForgotten() {
    steady(6, 62, 7, 300);
    steady(26, 0, 5.2, 290);
    published(70, 8);
    published(61, 5.8);

    assertThat(learned().change()).isEqualTo(Change.LOWERED);
  }

  @Test
  void withTheLoadBalancerAloneMoreMinutesInTimeThanLateAreADenial() {
    steady(14, 3, 6, 200);
    steady(3, 0, 6, 300);

    assertThat(learned().because())
        .isEqualTo(
            "8.0 requests/s a task, as configured; p95 is over budget, but the last hour had 11"
                + " minutes in time at this load and 3 late");
  }

  @Test
  void asManyLateMinutesAsInTimeAreNoDenial() {
    steady(6, 3, 6, 200);
    steady(3, 0, 6, 300);

    assertThat(learned().change()).isEqualTo(Change.LOWERED);
  }

  @Test
  void minutesInTimeAtLessLoadDenyNothing() {
    steady(30, 3, 5.69, 200);
    steady(3, 0, 6, 300);
    assertThat(learned().change()).isEqualTo(Change.LOWERED);

    minutes.clear();
    steady(30, 3, 5.71, 200);
    steady(3, 0, 6, 300);
    assertThat(learned().change()).isEqualTo(Change.AS_CONFIGURED);
  }

  @Test
  void lateMinutesAtMoreLoadAreNoProofForThisOne() {
    steady(8, 14, 7.5, 300);
    steady(11, 3, 6, 200);
    steady(3, 0, 6, 300);
    assertThat(learned().change()).isEqualTo(Change.AS_CONFIGURED);

    minutes.clear();
    steady(11, 14, 6.3, 300);
    steady(11, 3, 6, 200);
    steady(3, 0, 6, 300);
    assertThat(learned().change()).isEqualTo(Change.LOWERED);
  }

  @Test
  void aServiceThatPublishesItsQueueNeedsNoVote() {
    steady(40, 3, 6, 200);
    for (int ago = 3; ago >= 1; ago--) {
      minutes.add(waiting(ago, 6, 300, 60));
    }

    assertThat(learned().change()).isEqualTo(Change.LOWERED);
  }

  @Test
  void minutesOfADeploymentLowerNothing() {
    steady(10, 0, 6, 300);

    assertThat(learned(Optional.of(NOW)).change()).isEqualTo(Change.AS_CONFIGURED);
    assertThat(learned(Optional.of(NOW)).because())
        .endsWith("; the last minute does not count: a deployment ran");
  }

  @Test
  void theOrderInWhichThingsAreReadDoesNotMatter() {
    steady(10, 15, 6.4, 320);
    steady(10, 0, 5, 280);
    published(20, 8);
    published(12, 5.2);
    LearnedRate inOrder = learned();
    Collections.reverse(minutes);
    Collections.reverse(published);

    assertThat(learned()).isEqualTo(inOrder);
  }

  /** Some minutes alike, the last of which ended so many minutes ago. */
  private void steady(int count, int ended, double load, int p95Millis) {
    for (int i = count; i > 0; i--) {
      minutes.add(minute(NOW.minus(Duration.ofMinutes(ended + i)), load, p95Millis, 5));
    }
  }

  private static ServiceMinute minute(Instant start, double load, int p95Millis, int tasks) {
    return new ServiceMinute(
        start,
        OptionalDouble.of(load * 60 * tasks),
        OptionalDouble.of(tasks),
        Optional.of(Duration.ofMillis(p95Millis)),
        Optional.of(Duration.ofMillis(p95Millis / 2)),
        0,
        0,
        Optional.empty(),
        OptionalDouble.empty());
  }

  private static ServiceMinute waiting(int ago, double load, int p95Millis, int waitMillis) {
    ServiceMinute plain = minute(NOW.minus(Duration.ofMinutes(ago)), load, p95Millis, 5);
    return new ServiceMinute(
        plain.start(),
        plain.requests(),
        plain.tasks(),
        plain.p95(),
        plain.p50(),
        0,
        0,
        Optional.of(Duration.ofMillis(waitMillis)),
        OptionalDouble.of(90));
  }

  private void published(int minutesAgo, double rate) {
    published.add(new LearnedPoint(NOW.minus(Duration.ofMinutes(minutesAgo)), rate));
  }

  private double rate() {
    return learned().rate().perSecond();
  }

  private LearnedRate learned() {
    return learned(Optional.empty());
  }

  private LearnedRate learned(Optional<Instant> deployed) {
    return EffectiveRate.learn(
        new RequestRate(8), Duration.ofMillis(250), minutes, published, deployed, NOW);
  }
}
