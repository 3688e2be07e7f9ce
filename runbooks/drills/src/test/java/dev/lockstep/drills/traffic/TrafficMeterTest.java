package dev.lockstep.drills.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.Statistic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the load balancer and the service publish, and when it can be read. */
final class TrafficMeterTest {
  private static final Instant START = Lab.START.plusSeconds(120);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Lab lab = new Lab().runTo(120);
  private final SharedTally tally = new SharedTally();

  @Test
  void theLoadBalancerPublishesEachMinuteAndHalfAMinuteLater() {
    meter(true);
    requests(12);
    lab.runTo(209);
    assertThat(sum(MetricName.ofTargetGroup("RequestCount"))).isEmpty();
    lab.runTo(210);
    assertThat(sum(MetricName.ofTargetGroup("RequestCount"))).isEqualTo(Map.of(START, 12.0));
    assertThat(sum(MetricName.ofTargetGroup("RequestCountPerTarget")))
        .isEqualTo(Map.of(START, 6.0));
  }

  @Test
  void aCountThatWasZeroIsNotPublished() {
    meter(true);
    requests(12);
    lab.runTo(240);

    assertThat(sum(MetricName.ofLoadBalancer("HTTPCode_ELB_5XX_Count"))).isEmpty();
  }

  @Test
  void whatFoundNoTargetIsNoRequestCountButTheLoadBalancersOwnError() {
    meter(true);
    tally.unrouted();
    lab.runTo(240);

    assertThat(sum(MetricName.ofTargetGroup("RequestCount"))).isEmpty();
    assertThat(sum(MetricName.ofLoadBalancer("HTTPCode_ELB_5XX_Count")))
        .isEqualTo(Map.of(START, 1.0));
  }

  @Test
  void eachTaskPublishesItsShareEachTenSecondsSoThatTheAverageIsATasks() {
    meter(true);
    requests(12);
    lab.runTo(132);

    assertThat(read(new Statistic.Sum(), Duration.ofSeconds(10))).isEqualTo(Map.of(START, 12.0));
    assertThat(read(new Statistic.Average(), Duration.ofSeconds(10))).isEqualTo(Map.of(START, 6.0));
  }

  @Test
  void responseTimesAreTheTargetGroupsAndTheLoadBalancersToo() {
    meter(true);
    requests(300);
    lab.runTo(240);

    for (MetricName metric :
        List.of(
            MetricName.ofTargetGroup("TargetResponseTime"),
            MetricName.ofLoadBalancer("TargetResponseTime"))) {
      assertThat(read(metric, new Statistic.SampleCount(), MINUTE)).isEqualTo(Map.of(START, 300.0));
      assertThat(read(metric, new Statistic.Percentile(95), MINUTE).get(START))
          .isCloseTo(0.09, within(0.002));
    }
  }

  @Test
  void aServiceThatPublishesNothingOfItsOwnHasTheLoadBalancersMetricsOnly() {
    meter(false);
    requests(12);
    lab.runTo(240);

    assertThat(read(new Statistic.Sum(), Duration.ofSeconds(10))).isEmpty();
    assertThat(sum(MetricName.ofTargetGroup("RequestCount"))).hasSize(1);
  }

  private void meter(boolean finePublished) {
    new TrafficMeter(lab.account(), tally, finePublished, _ -> {}).start();
  }

  private void requests(int count) {
    for (int i = 0; i < count; i++) {
      tally.arrived();
      tally.served(90);
    }
  }

  private Map<Instant, Double> sum(MetricName metric) {
    return read(metric, new Statistic.Sum(), MINUTE);
  }

  private Map<Instant, Double> read(Statistic statistic, Duration period) {
    return read(MetricName.ofService("Arrivals"), statistic, period);
  }

  private Map<Instant, Double> read(MetricName metric, Statistic statistic, Duration period) {
    Instant now = lab.account().timeline().instant();
    Map<Instant, Double> values =
        lab.account().metrics().read(metric, statistic, period, START, START.plus(MINUTE), now);
    return values.entrySet().stream()
        .filter(value -> value.getValue() > 0)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
