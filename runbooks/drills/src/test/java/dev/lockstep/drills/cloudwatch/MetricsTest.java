package dev.lockstep.drills.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What CloudWatch remembers, fact by fact. */
final class MetricsTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Duration FINE = Duration.ofSeconds(10);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final MetricName METRIC = MetricName.ofService("Arrivals");

  private final Metrics metrics = new Metrics();

  @Test
  void aPointCannotBeReadBeforeItIsPublished() {
    put(NOON, NOON.plusSeconds(90), 7);

    assertThat(read(new Statistic.Sum(), NOON.plusSeconds(89))).isEmpty();
    assertThat(read(new Statistic.Sum(), NOON.plusSeconds(90))).isEqualTo(Map.of(NOON, 7.0));
  }

  @Test
  void whatWasNeverPublishedIsMissingNotZero() {
    put(NOON, NOON, 7);

    assertThat(read(new Statistic.Sum(), NOON.plusSeconds(600))).containsOnlyKeys(NOON);
  }

  @Test
  void finePointsAddUpToTheirMinute() {
    for (int i = 0; i < 6; i++) {
      put(NOON.plusSeconds(10L * i), NOON, i);
    }

    assertThat(read(new Statistic.Sum(), NOON)).isEqualTo(Map.of(NOON, 15.0));
    assertThat(read(new Statistic.Maximum(), NOON)).isEqualTo(Map.of(NOON, 5.0));
    assertThat(read(new Statistic.Minimum(), NOON)).isEqualTo(Map.of(NOON, 0.0));
    assertThat(read(new Statistic.Average(), NOON)).isEqualTo(Map.of(NOON, 2.5));
    assertThat(read(new Statistic.SampleCount(), NOON)).isEqualTo(Map.of(NOON, 6.0));
  }

  @Test
  void aPercentileIsTakenOverAllSamplesOfThePeriod() {
    metrics.put(
        METRIC, NOON, FINE, NOON, Samples.of(new double[] {1, 2, 3, 4}, new double[] {1, 1, 1, 1}));
    put(NOON.plusSeconds(10), NOON, 100);

    assertThat(read(Statistic.parse("p80"), NOON)).isEqualTo(Map.of(NOON, 4.0));
    assertThat(read(Statistic.parse("p95"), NOON)).isEqualTo(Map.of(NOON, 100.0));
  }

  @Test
  void aMetricOfOtherDimensionsIsAnotherMetric() {
    metrics.put(MetricName.ofLoadBalancer("RequestCount"), NOON, MINUTE, NOON, Samples.of(7));

    assertThat(
            metrics.read(
                MetricName.ofTargetGroup("RequestCount"),
                new Statistic.Sum(),
                MINUTE,
                NOON,
                NOON.plus(MINUTE),
                NOON))
        .isEmpty();
  }

  @Test
  void afterThreeHoursFinePointsAreKeptByTheMinuteOnly() {
    put(NOON, NOON, 7);
    put(NOON.plusSeconds(10), NOON, 5);
    Instant later = NOON.plus(Duration.ofHours(4));
    put(later, later, 1);

    assertThat(read(FINE, NOON, later)).isEmpty();
    assertThat(read(MINUTE, NOON, later)).isEqualTo(Map.of(NOON, 12.0));
  }

  @Test
  void afterFifteenDaysMinutesAreKeptByFiveMinutesOnly() {
    metrics.put(METRIC, NOON, MINUTE, NOON, Samples.of(7));
    metrics.put(METRIC, NOON.plus(MINUTE), MINUTE, NOON, Samples.of(5));
    Instant later = NOON.plus(Duration.ofDays(16));
    metrics.put(METRIC, later, MINUTE, later, Samples.of(1));

    assertThat(read(MINUTE, NOON, later)).isEmpty();
    assertThat(read(Duration.ofMinutes(5), NOON, later)).isEqualTo(Map.of(NOON, 12.0));
  }

  @Test
  void lostMetricsAreMissingAndLateOnesAreLate() {
    metrics.lose(METRIC.namespace());
    metrics.lose("AWS/ApplicationELB");
    metrics.publishAgain("AWS/ApplicationELB");
    put(NOON, NOON, 7);
    assertThat(read(new Statistic.Sum(), NOON)).isEmpty();

    metrics.publishAgain(METRIC.namespace());
    metrics.delayBy(Duration.ofMinutes(5));
    put(NOON, NOON, 7);
    assertThat(read(new Statistic.Sum(), NOON.plusSeconds(299))).isEmpty();
    assertThat(read(new Statistic.Sum(), NOON.plusSeconds(300))).hasSize(1);
  }

  @Test
  void aStatisticThatIsNotSimulatedIsRefusedByName() {
    assertThatThrownBy(() -> Statistic.parse("TM(5%:95%)"))
        .hasMessageStartingWith("the statistic 'TM(5%:95%)' is not simulated; Sum, Average,");
  }

  private void put(Instant start, Instant visibleAt, double value) {
    metrics.put(METRIC, start, FINE, visibleAt, Samples.of(value));
  }

  private Map<Instant, Double> read(Statistic statistic, Instant now) {
    return metrics.read(METRIC, statistic, MINUTE, NOON, NOON.plusSeconds(600), now);
  }

  private Map<Instant, Double> read(Duration period, Instant from, Instant now) {
    return metrics.read(METRIC, new Statistic.Sum(), period, from, from.plusSeconds(600), now);
  }
}
