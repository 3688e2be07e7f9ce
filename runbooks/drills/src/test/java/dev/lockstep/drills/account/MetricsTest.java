package dev.lockstep.drills.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MetricsTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final MetricName METRIC = MetricName.ofService("Arrivals");

  private final Metrics metrics = new Metrics();

  @Test
  void aPointCannotBeReadBeforeItIsPublished() {
    metrics.put(METRIC, NOON, NOON.plusSeconds(90), 7);

    assertThat(read(new Statistic.Sum(), NOON.plusSeconds(89))).isEmpty();
    assertThat(read(new Statistic.Sum(), NOON.plusSeconds(90))).isEqualTo(Map.of(NOON, 7.0));
  }

  @Test
  void whatWasNeverPublishedIsMissingNotZero() {
    metrics.put(METRIC, NOON, NOON, 7);

    assertThat(read(new Statistic.Sum(), NOON.plusSeconds(600))).containsOnlyKeys(NOON);
  }

  @Test
  void finePointsAddUpToTheirMinute() {
    for (int i = 0; i < 6; i++) {
      metrics.put(METRIC, NOON.plusSeconds(10L * i), NOON, i);
    }

    assertThat(read(new Statistic.Sum(), NOON)).isEqualTo(Map.of(NOON, 15.0));
    assertThat(read(new Statistic.Maximum(), NOON)).isEqualTo(Map.of(NOON, 5.0));
    assertThat(read(new Statistic.Average(), NOON)).isEqualTo(Map.of(NOON, 2.5));
  }

  @Test
  void aPercentileIsTakenOverAllSamplesOfThePeriod() {
    metrics.put(METRIC, NOON, NOON, 4, 3, 2, 1);
    metrics.put(METRIC, NOON.plusSeconds(10), NOON, 100);

    assertThat(read(Statistic.parse("p80"), NOON)).isEqualTo(Map.of(NOON, 4.0));
    assertThat(read(Statistic.parse("p95"), NOON)).isEqualTo(Map.of(NOON, 100.0));
  }

  @Test
  void aMetricOfOtherDimensionsIsAnotherMetric() {
    metrics.put(MetricName.ofLoadBalancer("RequestCount"), NOON, NOON, 7);

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
  void aStatisticThatIsNotSimulatedIsRefusedByName() {
    assertThatThrownBy(() -> Statistic.parse("TM(5%:95%)"))
        .hasMessage(
            "the statistic 'TM(5%:95%)' is not simulated; Sum, Average, Maximum and pNN are");
  }

  private Map<Instant, Double> read(Statistic statistic, Instant now) {
    return metrics.read(METRIC, statistic, MINUTE, NOON, NOON.plusSeconds(600), now);
  }
}
