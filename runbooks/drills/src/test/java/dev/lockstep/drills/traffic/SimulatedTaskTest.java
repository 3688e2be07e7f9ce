package dev.lockstep.drills.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.time.VirtualTimeline;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

final class SimulatedTaskTest {
  private final TrafficMeter meter =
      new TrafficMeter(
          new Account(
              new AccountSettings(1, 1, 1, 1, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO),
              new VirtualTimeline(Instant.EPOCH),
              (_, _, _) -> {},
              _ -> {}),
          _ -> {});

  @Test
  void aLoneRequestTakesNinetyMilliseconds() {
    SimulatedTask task = new SimulatedTask(GpuModel.DEFAULT);
    task.accept(1.0);

    task.advance(2.0, meter);

    assertThat(percentile(100)).isCloseTo(90, within(0.01));
  }

  @Test
  void whatWaitsGoesTogetherInTheNextBatch() {
    SimulatedTask task = new SimulatedTask(GpuModel.DEFAULT);
    task.accept(0.0);
    task.accept(0.01);
    task.accept(0.02);

    task.advance(1.0, meter);

    // The first ends at 90 ms; the other two start then and end 50 + 2 x 40 ms later, at 220 ms.
    assertThat(percentile(1)).isCloseTo(90, within(0.01));
    assertThat(percentile(50)).isCloseTo(200, within(0.01));
    assertThat(percentile(100)).isCloseTo(210, within(0.01));
  }

  @Test
  void aFullQueueRefusesTheNextAndKeepsTheOthers() {
    SimulatedTask task = new SimulatedTask(new GpuModel(50, 40, 2, 3));
    assertThat(task.accept(0)).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(task.accept(0)).isTrue();
    }

    assertThat(task.accept(0)).isFalse();
    task.advance(10, meter);
    assertThat(meter.totals().served()).isEqualTo(4);
  }

  @Test
  void aTaskAloneAtEightRequestsASecondJustMissesTheBudget() {
    SimulatedTask task = new SimulatedTask(GpuModel.DEFAULT);
    Arrivals arrivals =
        new Arrivals(
            new Demand.Surge(8, 8, 0, 2000),
            RandomGeneratorFactory.of("L64X128MixRandom").create(7));
    for (int second = 0; second < 2000; second++) {
      for (double moment : arrivals.within(second)) {
        task.advance(second + moment, meter);
        task.accept(second + moment);
      }
    }

    // 257 ms by an independent simulation; behind a load balancer two tasks share their bursts.
    assertThat(percentile(95)).isBetween(250.0, 265.0);
  }

  private double percentile(double percent) {
    return meter.totals().latencies().percentile(percent).orElseThrow();
  }
}
