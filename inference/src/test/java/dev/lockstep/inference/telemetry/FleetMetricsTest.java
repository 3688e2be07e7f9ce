package dev.lockstep.inference.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the brain reads. */
final class FleetMetricsTest {
  private final FleetMetrics fleet = new FleetMetrics();

  @Test
  void arrivalsAreOnePlainValueRefusedOnesIncluded() {
    fleet.arrived();
    fleet.arrived();
    fleet.refused();

    assertThat(values("Arrivals")).containsExactly(2.0);
    assertThat(values("Arrivals")).containsExactly(0.0);
  }

  @Test
  void aQuietPeriodSaysNoneAndNothingOfWaits() {
    assertThat(fleet.drain(0, OptionalDouble.empty()))
        .extracting(FleetMetrics.Metric::name)
        .containsExactly("Arrivals", "Refusals", "InFlight");
  }

  @Test
  void aPeriodIsOneLineInTheFormatOfCloudWatch() throws IOException {
    fleet.arrived();
    fleet.served(Duration.ofMillis(12));
    fleet.served(Duration.ofMillis(7));
    fleet.waited(List.of(Duration.ofMillis(3)));

    String line =
        JsonMapper.createDefault()
            .writeValueAsString(
                FleetMetrics.emf(
                    "prod-inference", 1_700_000_000_000L, fleet.drain(4, OptionalDouble.of(71))));

    assertThat(line)
        .contains("\"Timestamp\":1700000000000")
        .contains("\"Namespace\":\"Lockstep\"")
        .contains("\"Dimensions\":[[\"Service\"]]")
        .contains("\"StorageResolution\":1")
        .endsWith(
            "\"Service\":\"prod-inference\",\"Arrivals\":1.0,\"Refusals\":0.0,\"InFlight\":4.0,"
                + "\"QueueDelay\":3.0,\"Latency\":[7.0,12.0],\"GpuUtilization\":71.0}");
  }

  @Test
  void ofManyValuesTheEndsAndTheHundredthsAreTold() {
    double[] values = IntStream.rangeClosed(1, 1_000).asDoubleStream().toArray();

    List<Double> told = FleetMetrics.quantiles(values).orElseThrow();

    assertThat(told).hasSize(100).isSorted().startsWith(1.0).endsWith(1_000.0);
    assertThat(told.get(94)).isBetween(940.0, 960.0);
  }

  @Test
  void ofMoreThanFiftyThousandTheFirstAreKeptAndTheNextPeriodBeginsAnew() {
    for (int i = 1; i <= 60_000; i++) {
      fleet.served(Duration.ofMillis(i));
    }

    assertThat(values("Latency")).hasSize(100).startsWith(1.0).endsWith(50_000.0);
    fleet.served(Duration.ofMillis(7));
    assertThat(values("Latency")).containsExactly(7.0);
  }

  private List<Double> values(String name) {
    return fleet.drain(0, OptionalDouble.empty()).stream()
        .filter(metric -> metric.name().equals(name))
        .findFirst()
        .orElseThrow()
        .values();
  }
}
