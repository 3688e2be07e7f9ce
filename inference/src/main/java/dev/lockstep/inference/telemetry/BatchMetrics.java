package dev.lockstep.inference.telemetry;

import dev.lockstep.inference.batching.BatchListener;
import dev.lockstep.inference.batching.BatchReport;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;

/** What the device did, for Prometheus: how full its runs were, and how long inputs waited. */
@Singleton
final class BatchMetrics implements BatchListener {
  private final FleetMetrics fleet;
  private final Timer queue;
  private final Timer run;
  private final DistributionSummary rows;
  private final DistributionSummary tokens;
  private final DistributionSummary padding;
  private final DistributionSummary waste;

  BatchMetrics(MeterRegistry registry, FleetMetrics fleet) {
    this.fleet = fleet;
    this.queue =
        Timer.builder("inference.queue.duration")
            .description("from let in to taken, but for being read, one an input")
            .publishPercentileHistogram()
            .register(registry);
    this.run =
        Timer.builder("inference.run.duration")
            .description("on the device, one a batch")
            .publishPercentileHistogram()
            .register(registry);
    this.rows =
        DistributionSummary.builder("inference.batch.rows")
            .description("rows of a batch")
            .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128, 256)
            .register(registry);
    this.tokens =
        DistributionSummary.builder("inference.batch.tokens")
            .description("real tokens of a batch")
            .register(registry);
    this.padding =
        DistributionSummary.builder("inference.batch.padding")
            .description("tokens of a batch that were padding")
            .register(registry);
    this.waste =
        DistributionSummary.builder("inference.batch.padding.ratio")
            .description("share of a batch's tokens that were padding")
            .serviceLevelObjectives(0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75)
            .register(registry);
  }

  @Override
  public void ran(BatchReport report) {
    report.waits().forEach(queue::record);
    fleet.waited(report.waits());
    run.record(report.run());
    rows.record(report.rows());
    tokens.record((double) report.tokens());
    double padded = (double) (report.paddedTokens() - report.tokens());
    padding.record(padded);
    waste.record(padded / report.paddedTokens());
  }
}
