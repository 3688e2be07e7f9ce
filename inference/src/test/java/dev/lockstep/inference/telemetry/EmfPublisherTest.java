package dev.lockstep.inference.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lockstep.inference.admission.Admission;
import dev.lockstep.inference.admission.Tenant;
import io.micronaut.json.JsonMapper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The lines that CloudWatch makes metrics of, at times that the test sets. */
final class EmfPublisherTest {
  private static final long TEN = 1_700_000_000_000L;

  private final Logger lines = (Logger) LoggerFactory.getLogger("lockstep.emf");
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private final FleetMetrics metrics = new FleetMetrics();
  private final Admission admission = new Admission(10, Duration.ofMillis(200), false);

  @BeforeEach
  void listen() {
    written.start();
    lines.addAppender(written);
  }

  @AfterEach
  void stopListening() {
    lines.detachAppender(written);
  }

  @Test
  void aPeriodIsToldUnderTheTimeAtWhichItBegan() {
    metrics.arrived();
    Admission.Entry _ = admission.enter(Tenant.ANYBODY, OptionalLong.empty());

    publisher(TEN + 10_003, GpuMonitor.NONE).publish();

    assertThat(written.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .contains("\"Timestamp\":" + TEN)
        .contains("\"Service\":\"prod\"", "\"Arrivals\":1.0", "\"InFlight\":1.0")
        .doesNotContain("GpuUtilization");
  }

  @Test
  void aTimerThatIsEarlyByAMillisecondTellsTheSamePeriod() {
    publisher(TEN + 9_999, GpuMonitor.NONE).publish();

    assertThat(written.list.getFirst().getFormattedMessage()).contains("\"Timestamp\":" + TEN);
  }

  @Test
  void theGpusUseIsToldWhereThereIsOne() {
    publisher(TEN, gpu(Optional.of(new GpuMonitor.Reading(71, 3, 24)))).publish();

    assertThat(written.list.getFirst().getFormattedMessage()).contains("\"GpuUtilization\":71.0");
  }

  @Test
  void stoppingTellsTheBrokenPeriodBecauseItsRequestsWereDemand() {
    metrics.arrived();

    publisher(TEN + 4_000, GpuMonitor.NONE).stop();

    assertThat(written.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .contains("\"Timestamp\":" + TEN, "\"Arrivals\":1.0");
  }

  @Test
  void aGpuThatThrowsCostsOnePeriodAndNotAllLaterOnes() {
    boolean[] broken = {true};
    EmfPublisher publisher =
        publisher(
            TEN,
            new GpuMonitor() {
              @Override
              public Optional<Reading> read() {
                if (broken[0]) {
                  throw new IllegalStateException("the driver is gone");
                }
                return Optional.empty();
              }

              @Override
              public void close() {
                // Holds nothing.
              }
            });

    publisher.publish();
    broken[0] = false;
    publisher.publish();

    assertThat(written.list).hasSize(1);
  }

  private EmfPublisher publisher(long now, GpuMonitor gpu) {
    return new EmfPublisher(
        "prod",
        metrics,
        admission,
        gpu,
        JsonMapper.createDefault(),
        Clock.fixed(Instant.ofEpochMilli(now), ZoneOffset.UTC));
  }

  private static GpuMonitor gpu(Optional<GpuMonitor.Reading> reading) {
    return new GpuMonitor() {
      @Override
      public Optional<Reading> read() {
        return reading;
      }

      @Override
      public void close() {
        // Holds nothing.
      }
    };
  }
}
