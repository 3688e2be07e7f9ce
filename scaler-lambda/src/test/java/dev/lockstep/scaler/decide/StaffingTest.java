package dev.lockstep.scaler.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.policy.RequestRate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks for a demand, at 8 requests/s a task and a budget of 250 ms. */
final class StaffingTest {
  @Test
  void oneTaskAtFivePerCentLateSustainsExactlyWhatWasMeasuredOfOne() {
    assertThat(tasks("5 % late", 8)).isEqualTo(1);
    assertThat(tasks("5 % late", 8.01)).isEqualTo(2);
  }

  /** full = 8 + 1.645 sqrt(8 / 0.25) = 17.3; z(0.1 %) = 3.09; sqrt(D / 0.25) = 2 sqrt(D). */
  @ParameterizedTest
  @CsvSource({"2, 1", "12.6, 2", "12.7, 3", "45, 5", "46, 6", "400, 31"})
  void aSharedBurstNeedsLessOfEachTaskTheLargerTheFleet(double demand, int tasks) {
    assertThat(tasks("0.1 % late", demand)).isEqualTo(tasks);
  }

  @Test
  void rarerLateAnswersCostMoreTasks() {
    assertThat(tasks("16 % late", 40)).isEqualTo(4);
    assertThat(tasks("1 % late", 40)).isEqualTo(5);
    assertThat(tasks("0.0001 % late", 40)).isEqualTo(6);
  }

  @Test
  void aSpareShareIsThatMuchMoreDemand() {
    assertThat(tasks("25 %", 40)).isEqualTo(7);
    assertThat(tasks("0 %", 40)).isEqualTo(5);
  }

  @Test
  void spareTasksAreThereWhateverTheDemand() {
    assertThat(tasks("2 tasks", 0)).isEqualTo(2);
    assertThat(tasks("2 tasks", 40)).isEqualTo(7);
  }

  @Test
  void anAbsurdDemandDoesNotWrapAroundToFewTasks() {
    assertThat(tasks("3 tasks", 1e300)).isEqualTo(Integer.MAX_VALUE);
    assertThat(tasks("0.1 % late", 1e300)).isEqualTo(Integer.MAX_VALUE);
  }

  @Property
  void aTaskIsNeverAskedForLessThanItSustainsAlone(@ForAll @DoubleRange(max = 2000) double demand) {
    assertThat(tasks("5 % late", demand)).isLessThanOrEqualTo(tasks("0 tasks", demand));
  }

  @Property
  void moreDemandNeverNeedsFewerTasks(
      @ForAll @DoubleRange(max = 2000) double less, @ForAll @DoubleRange(max = 2000) double more) {
    assertThat(tasks("0.1 % late", less + more)).isGreaterThanOrEqualTo(tasks("0.1 % late", less));
  }

  private static int tasks(String spare, double demand) {
    return Staffing.tasks(Policies.with("SPARE", spare), new RequestRate(demand));
  }
}
