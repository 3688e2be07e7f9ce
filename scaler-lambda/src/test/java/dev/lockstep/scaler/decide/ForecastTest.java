package dev.lockstep.scaler.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.scaler.observe.RateHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** What is expected of the next minutes from the same minutes of other days. */
final class ForecastTest {
  /** Flat until midnight, and since then a request/s more each minute. */
  private static double ramp(Instant time) {
    Instant midnight = Instant.parse("2026-03-04T00:00:00Z");
    return 100 + Math.max(0, Duration.between(midnight, time).toSeconds() / 60.0);
  }

  /** A Wednesday, three minutes before a whole hour. */
  private static final Instant NOW = Instant.parse("2026-03-04T11:57:00Z");

  private static final Duration LEAD = Duration.ofMinutes(4);

  @Test
  void aSpikeAtEachWholeHourIsExpectedBeforeItComes() {
    Candidate expected = expected(3, ForecastTest::spikes).orElseThrow();

    assertThat(expected.name()).isEqualTo(Candidate.Name.RECURRING);
    assertThat(expected.rate().perSecond()).isCloseTo(60, within(1.0));
    assertThat(expected.source())
        .isEqualTo("as yesterday at this time, with 0 % for its recent error");
  }

  @Test
  void yesterdaysCurveIsScaledToTodaysLevel() {
    Instant today = NOW.minus(Duration.ofHours(20));
    Candidate expected =
        expected(3, time -> spikes(time) * (time.isAfter(today) ? 1.5 : 1)).orElseThrow();

    assertThat(expected.rate().perSecond()).isCloseTo(90, within(2.0));
  }

  @Test
  void theFirstDayHasNothingToGoBy() {
    assertThat(expected(1, ForecastTest::spikes)).isEmpty();
    assertThat(new Forecast(RateHistory.NONE, LEAD).expected(NOW)).isEmpty();
  }

  @Test
  void whatDoesNotRecurIsNotForecast() {
    Random random = new Random(7);
    assertThat(expected(8, _ -> 20 + 40 * random.nextDouble())).isEmpty();
  }

  @Test
  void aRiseThatGoesOnIsForeseenOnTheFirstDay() {
    Candidate expected = expected(1, ForecastTest::ramp).orElseThrow();

    assertThat(expected.name()).isEqualTo(Candidate.Name.TREND);
    assertThat(expected.source()).startsWith("as the last half hour goes on");
    assertThat(expected.rate().perSecond()).isCloseTo(ramp(NOW.plus(LEAD)), within(2.0));
  }

  @Test
  void aRiseThatIsOverIsNotForeseenToGoOn() {
    Instant top = NOW.minus(Duration.ofMinutes(40));

    assertThat(expected(1, time -> ramp(time.isBefore(top) ? time : top))).isEmpty();
  }

  @Test
  void demandThatJumpsHasNoTrend() {
    Random random = new Random(3);
    double[] tens = random.doubles(200, 20, 60).toArray();
    assertThat(expected(1, time -> tens[(int) (time.getEpochSecond() / 600 % 200)])).isEmpty();
  }

  @Test
  void steadyDemandNeedsNoForecast() {
    assertThat(expected(8, _ -> 20)).isEmpty();
  }

  @Test
  void aWeekdaysSpikesAreNotExpectedOnASundayWhenLastSundayHadNone() {
    Instant sunday = Instant.parse("2026-03-08T11:57:00Z");

    Optional<Candidate> expected = expectedAt(sunday, 8, ForecastTest::spikesOnWeekdays);

    assertThat(expected.map(candidate -> candidate.rate().perSecond()).orElse(0.0)).isLessThan(30);
  }

  @Test
  void aForecastThatFellShortLatelyGetsAMargin() {
    Instant noon = NOW.minus(Duration.ofHours(5));
    Candidate expected =
        expected(3, time -> spikes(time) * (time.isAfter(noon) && spikes(time) > 30 ? 1.2 : 1))
            .orElseThrow();

    assertThat(expected.rate().perSecond()).isGreaterThan(60);
  }

  @Test
  void aQuietNightDoesNotMakeYesterdaysSpikesForgotten() {
    Instant beforeWork = Instant.parse("2026-03-04T07:57:00Z");

    Candidate expected = expectedAt(beforeWork, 3, ForecastTest::spikesInOfficeTime).orElseThrow();

    assertThat(expected.rate().perSecond()).isCloseTo(60, within(1.0));
  }

  @Test
  void spikesThatDoNotComeTodayAreNoLongerExpected() {
    Instant today = Instant.parse("2026-03-04T00:00:00Z");
    Instant afterTwo = Instant.parse("2026-03-04T09:57:00Z");

    assertThat(
            expectedAt(afterTwo, 3, time -> time.isBefore(today) ? spikesInOfficeTime(time) : 20))
        .isEmpty();
  }

  @Test
  void whatIsThereAlreadyIsNoRise() {
    Instant withinASpike = Instant.parse("2026-03-04T12:07:00Z");

    assertThat(expectedAt(withinASpike, 3, ForecastTest::spikes)).isEmpty();
  }

  @Test
  void fewSmallRisesThatFellShortDoNotMakeTheMarginOfTheLargeOnes() {
    Instant today = NOW.minus(Duration.ofHours(20));
    ToDoubleFunction<Instant> rate =
        time ->
            time.getEpochSecond() % 3600 == 1800 ? (time.isAfter(today) ? 26 : 22) : spikes(time);

    assertThat(expected(3, rate).orElseThrow().rate().perSecond()).isLessThan(63);
  }

  @Test
  void anUnknownStepOfTheOtherDayMeansNoForecastFromIt() {
    Map<Instant, Double> requests = requests(NOW, 2, ForecastTest::spikes);
    Instant gap = Instant.parse("2026-03-03T12:00:00Z");

    requests.remove(gap);

    assertThat(new Forecast(RateHistory.until(NOW, requests), LEAD).expected(NOW)).isEmpty();
  }

  /** 20 requests/s, and three times that for a quarter of an hour from each whole hour on. */
  private static double spikes(Instant time) {
    return time.getEpochSecond() % 3600 < 900 ? 60 : 20;
  }

  private static double spikesInOfficeTime(Instant time) {
    long hour = time.getEpochSecond() % 86_400 / 3600;
    return hour >= 8 && hour < 18 ? spikes(time) : 20;
  }

  private static double spikesOnWeekdays(Instant time) {
    long day = Math.floorMod(time.getEpochSecond() / 86_400 + 4, 7);
    return day == 0 ? 20 + 5 * Math.sin(time.getEpochSecond() / 600.0) : spikes(time);
  }

  private static Optional<Candidate> expected(int days, ToDoubleFunction<Instant> rate) {
    return expectedAt(NOW, days, rate);
  }

  private static Optional<Candidate> expectedAt(
      Instant now, int days, ToDoubleFunction<Instant> rate) {
    return new Forecast(RateHistory.until(now, requests(now, days, rate)), LEAD).expected(now);
  }

  private static Map<Instant, Double> requests(
      Instant now, int days, ToDoubleFunction<Instant> rate) {
    Map<Instant, Double> requests = new HashMap<>();
    Instant time = now.minus(Duration.ofDays(days));
    time = Instant.ofEpochSecond(time.getEpochSecond() / 300 * 300);
    for (; time.isBefore(now); time = time.plus(RateHistory.STEP)) {
      requests.put(time, rate.applyAsDouble(time) * RateHistory.STEP.toSeconds());
    }
    return requests;
  }
}
