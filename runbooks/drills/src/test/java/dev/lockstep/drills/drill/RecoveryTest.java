package dev.lockstep.drills.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class RecoveryTest {
  private final Recovery recovery = new Recovery(Duration.ofMillis(250));

  @Test
  void aFleetThatWasNeverLateHasNothingToGetOver() {
    periods(100, 250, 0);

    assertThat(recovery.longest()).isZero();
  }

  @Test
  void theLongestStretchOverTheBudgetCountsAndNotTheirSum() {
    periods(251, 100, 300, 900, 400, 250, 251, 251);

    assertThat(recovery.longest()).hasSeconds(30);
  }

  @Test
  void aStretchThatIsNotOverYetCounts() {
    periods(100, 300, 300);

    assertThat(recovery.longest()).hasSeconds(20);
  }

  @Test
  void tenSecondsWithoutAnAnswerEndAStretch() {
    periods(300, 300);
    recovery.periodOver(OptionalDouble.empty());
    periods(300);

    assertThat(recovery.longest()).hasSeconds(20);
  }

  private void periods(double... p95Millis) {
    for (double p95 : p95Millis) {
      recovery.periodOver(OptionalDouble.of(p95));
    }
  }
}
