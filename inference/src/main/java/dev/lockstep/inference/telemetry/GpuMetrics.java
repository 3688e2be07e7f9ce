package dev.lockstep.inference.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import java.util.function.ToDoubleFunction;

/**
 * The GPU's gauges for Prometheus: none where there is no GPU, and NaN, never 0, while it does not
 * answer.
 */
@Context
final class GpuMetrics {
  GpuMetrics(MeterRegistry registry, GpuMonitor gpu) {
    if (gpu.read().isEmpty()) {
      return;
    }
    gauge(
        registry,
        gpu,
        "inference.gpu.utilization",
        "share of the last sample period in which a kernel ran",
        reading -> reading.utilizationPercent() / 100.0);
    gauge(
        registry,
        gpu,
        "inference.gpu.memory.used.bytes",
        "of the device, in use by whomever",
        reading -> (double) reading.usedBytes());
    gauge(
        registry,
        gpu,
        "inference.gpu.memory.total.bytes",
        "of the device",
        reading -> (double) reading.totalBytes());
  }

  private static void gauge(
      MeterRegistry registry,
      GpuMonitor gpu,
      String name,
      String description,
      ToDoubleFunction<GpuMonitor.Reading> part) {
    Gauge.builder(
            name,
            gpu,
            monitor -> monitor.read().stream().mapToDouble(part).findFirst().orElse(Double.NaN))
        .description(description)
        .register(registry);
  }
}
