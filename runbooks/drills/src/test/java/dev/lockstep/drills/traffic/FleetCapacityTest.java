package dev.lockstep.drills.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class FleetCapacityTest {
  private static final Duration BUDGET = Duration.ofMillis(250);
  private final FleetCapacity capacity = new FleetCapacity(GpuModel.DEFAULT, BUDGET);

  @Test
  void aGpuThatIsTooSlowForTheBudgetIsRefused() {
    assertThatThrownBy(() -> new FleetCapacity(GpuModel.DEFAULT, Duration.ofMillis(89)))
        .hasMessage("a request alone takes 90 ms, more than the budget of 89 ms");
  }

  @Test
  void oneTaskSustainsAboutEightRequestsASecondOfItsCeilingOfTwentyOne() {
    assertThat(capacity.ceilingOfATask()).isBetween(21.6, 21.7);
    assertThat(capacity.of(1)).isBetween(7.3, 8.0);
  }

  @Test
  void tasksThatShareTheirBurstsSustainMoreEach() {
    assertThat(capacity.of(5) / 5).isGreaterThan(capacity.of(2) / 2);
    assertThat(capacity.of(2) / 2).isGreaterThan(capacity.of(1));
  }

  @Test
  void whatASizedFleetSustainsIsWhatWasAskedAndOneTaskLessDoesNot() {
    int tasks = capacity.tasksFor(100);

    assertThat(capacity.p95Millis(tasks, 100)).isLessThanOrEqualTo(250);
    assertThat(capacity.p95Millis(tasks - 1, 100)).isGreaterThan(250);
  }

  @Property(tries = 20)
  void aFasterGpuOrALargerBudgetNeverSustainsLess(
      @ForAll @IntRange(min = 1, max = 4) int tasks,
      @ForAll @DoubleRange(min = 1, max = 4) double faster,
      @ForAll @IntRange(min = 250, max = 1000) int budgetMillis) {
    GpuModel gpu = GpuModel.DEFAULT;
    GpuModel quick =
        new GpuModel(
            gpu.fixedMillis() / faster,
            gpu.perRequestMillis() / faster,
            gpu.largestBatch(),
            gpu.queue());

    double here = capacity.of(tasks);
    double there = new FleetCapacity(quick, Duration.ofMillis(budgetMillis)).of(tasks);

    // Requests are drawn anew for each rate.
    assertThat(there).isGreaterThanOrEqualTo(here * 0.98);
  }
}
