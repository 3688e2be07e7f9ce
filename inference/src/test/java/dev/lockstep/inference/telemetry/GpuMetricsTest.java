package dev.lockstep.inference.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The GPU's gauges. */
final class GpuMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private Optional<GpuMonitor.Reading> reading =
      Optional.of(new GpuMonitor.Reading(71, 3_000_000_000L, 24_000_000_000L));

  @Test
  void withoutAGpuThereIsNoGauge() {
    new GpuMetrics(registry, GpuMonitor.NONE);

    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void useAndMemoryAreRatiosAndBytes() {
    new GpuMetrics(registry, new Fake());

    assertThat(value("inference.gpu.utilization")).isEqualTo(0.71);
    assertThat(value("inference.gpu.memory.used.bytes")).isEqualTo(3e9);
    assertThat(value("inference.gpu.memory.total.bytes")).isEqualTo(24e9);
  }

  @Test
  void aGpuThatStopsAnsweringIsUnknownAndNotIdle() {
    new GpuMetrics(registry, new Fake());

    reading = Optional.empty();

    assertThat(value("inference.gpu.utilization")).isNaN();
  }

  private double value(String name) {
    return registry.get(name).gauge().value();
  }

  private final class Fake implements GpuMonitor {
    @Override
    public Optional<Reading> read() {
      return reading;
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
