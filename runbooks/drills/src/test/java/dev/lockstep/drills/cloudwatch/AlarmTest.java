package dev.lockstep.drills.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tables of CloudWatch's own documentation: five periods, of which {@code 0} is good, {@code X}
 * breaches and {@code -} is missing, the newest last.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html">Alarms
 *     and missing data</a>
 */
final class AlarmTest {
  private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final MetricName METRIC = MetricName.ofService("Arrivals");

  @ParameterizedTest
  @CsvSource({
    "0-X-X, OK,                OK,                OK,     OK",
    "----0, OK,                OK,                OK,     OK",
    "-----, INSUFFICIENT_DATA, INSUFFICIENT_DATA, ALARM,  OK",
    "0XX-X, ALARM,             ALARM,             ALARM,  ALARM",
    "--X--, ALARM,             INSUFFICIENT_DATA, ALARM,  OK",
  })
  void threeOfThree(
      String points,
      Alarm.State missing,
      Alarm.State ignored,
      Alarm.State breaching,
      Alarm.State notBreaching) {
    assertThat(state(points, 3, MissingData.MISSING)).isEqualTo(missing);
    assertThat(state(points, 3, MissingData.IGNORE)).isEqualTo(ignored);
    assertThat(state(points, 3, MissingData.NOT_BREACHING)).isEqualTo(notBreaching);
    assertThat(state(points, 3, MissingData.BREACHING)).isEqualTo(breaching);
  }

  @ParameterizedTest
  @CsvSource({
    "0-X-X, ALARM, ALARM,             ALARM, ALARM",
    "00X0X, ALARM, ALARM,             ALARM, ALARM",
    "0-X--, OK,    OK,                ALARM, OK",
    "----0, OK,    OK,                ALARM, OK",
    "---X-, ALARM, INSUFFICIENT_DATA, ALARM, OK",
  })
  void twoOfThree(
      String points,
      Alarm.State missing,
      Alarm.State ignored,
      Alarm.State breaching,
      Alarm.State notBreaching) {
    assertThat(state(points, 2, MissingData.MISSING)).isEqualTo(missing);
    assertThat(state(points, 2, MissingData.IGNORE)).isEqualTo(ignored);
    assertThat(state(points, 2, MissingData.BREACHING)).isEqualTo(breaching);
    assertThat(state(points, 2, MissingData.NOT_BREACHING)).isEqualTo(notBreaching);
  }

  /** "fewer than 10/(1-percentile) data points during the evaluation period" */
  @Test
  void aPercentileOfFewSamplesIsEvaluatedUnlessTheAlarmIsToIgnoreIt() {
    assertThat(p95(199, Alarm.LowSamples.EVALUATE)).isEqualTo(Alarm.State.ALARM);
    assertThat(p95(199, Alarm.LowSamples.IGNORE)).isEqualTo(Alarm.State.INSUFFICIENT_DATA);
    assertThat(p95(200, Alarm.LowSamples.IGNORE)).isEqualTo(Alarm.State.ALARM);
  }

  private static Alarm.State p95(int samples, Alarm.LowSamples lowSamples) {
    Metrics metrics = new Metrics();
    metrics.put(
        METRIC, START, MINUTE, START, Samples.of(new double[] {300}, new double[] {samples}));
    Alarm alarm =
        new Alarm(
            new Alarm.Rule(
                "latency",
                METRIC,
                new Statistic.Percentile(95),
                MINUTE,
                Alarm.Comparison.ABOVE,
                250,
                1,
                1,
                MissingData.MISSING,
                lowSamples));
    alarm.evaluate(metrics, START.plus(MINUTE).plusSeconds(7));
    return alarm.state();
  }

  /** The state of a fresh alarm, which "retains" INSUFFICIENT_DATA. */
  private static Alarm.State state(String points, int breaching, MissingData treatment) {
    Metrics metrics = new Metrics();
    for (int i = 0; i < points.length(); i++) {
      Instant start = START.plus(MINUTE.multipliedBy(i));
      switch (points.charAt(i)) {
        case 'X' -> metrics.put(METRIC, start, MINUTE, start, Samples.of(200));
        case '0' -> metrics.put(METRIC, start, MINUTE, start, Samples.of(0));
        default -> assertThat(points.charAt(i)).isEqualTo('-');
      }
    }
    Alarm alarm =
        new Alarm(
            new Alarm.Rule(
                "rate",
                METRIC,
                new Statistic.Sum(),
                MINUTE,
                Alarm.Comparison.ABOVE,
                100,
                breaching,
                3,
                treatment));
    alarm.evaluate(metrics, START.plus(MINUTE.multipliedBy(points.length())).plusSeconds(7));
    return alarm.state();
  }
}
