package dev.lockstep.inference.telemetry;

import dev.lockstep.inference.admission.Admission;
import dev.lockstep.inference.settings.Setting;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the ten-second metrics to standard output, where the log driver takes them to CloudWatch
 * Logs, which makes metrics of them: no API call, no credentials, no client.
 *
 * <p>On where {@code LOCKSTEP_SERVICE} says which service this is.
 */
@Context
@Requires(property = "lockstep.service")
final class EmfPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(EmfPublisher.class);

  /** Its lines are bare JSON, see {@code logback.xml}. */
  private static final Logger LINES = LoggerFactory.getLogger("lockstep.emf");

  private static final Duration PERIOD = Duration.ofSeconds(10);

  private final String service;
  private final FleetMetrics metrics;
  private final Admission admission;
  private final GpuMonitor gpu;
  private final JsonMapper json;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("emf").daemon().factory());

  EmfPublisher(
      @Property(name = "lockstep.service")
          @Setting("the ECS service's name; where it is set, the ten-second metrics are written")
          String service,
      FleetMetrics metrics,
      Admission admission,
      GpuMonitor gpu,
      JsonMapper json,
      Clock clock) {
    this.service = service;
    this.metrics = metrics;
    this.admission = admission;
    this.gpu = gpu;
    this.json = json;
    this.clock = clock;
  }

  /** On the tens of the wall clock, so that all tasks count the same ten seconds. */
  @PostConstruct
  void start() {
    long period = PERIOD.toMillis();
    long untilNext = period - clock.millis() % period;
    ScheduledFuture<?> _ =
        timer.scheduleAtFixedRate(this::publish, untilNext, period, TimeUnit.MILLISECONDS);
  }

  /** At the end of a period, of which the timer has told. */
  void publish() {
    long period = PERIOD.toMillis();
    long now = clock.millis();
    // The timer is late by some milliseconds at most; the period is the one that is over.
    publish((now + period / 2) / period * period - period);
  }

  private void publish(long periodStart) {
    try {
      List<FleetMetrics.Metric> drained =
          metrics.drain(admission.inFlight(), gpu.utilizationPercent());
      LINES.info(json.writeValueAsString(FleetMetrics.emf(service, periodStart, drained)));
    } catch (IOException | RuntimeException failed) {
      // A scheduled task that throws never runs again.
      LOG.error("the ten-second metrics were not published", failed);
    }
  }

  /** The last, broken period is told too: its requests were demand. */
  @PreDestroy
  void stop() {
    timer.shutdownNow();
    long period = PERIOD.toMillis();
    publish(clock.millis() / period * period);
  }
}
