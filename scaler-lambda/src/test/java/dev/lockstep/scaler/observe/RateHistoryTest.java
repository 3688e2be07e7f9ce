package dev.lockstep.scaler.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RateHistoryTest {
  private static final Instant NOW = Instant.parse("2026-03-04T12:02:00Z");

  private static final RateHistory HISTORY =
      RateHistory.until(
          NOW,
          Map.of(
              NOW.minus(Duration.ofMinutes(7)), 3000.0,
              NOW.minus(Duration.ofMinutes(12)), 6000.0));

  @Test
  void ratesAreRequestsASecondOfEachStep() {
    assertThat(HISTORY.mean(minutesAgo(12), minutesAgo(2))).hasValue(15);
    assertThat(HISTORY.peak(minutesAgo(12), minutesAgo(2))).contains(new RequestRate(20));
  }

  @Test
  void aStepThatIsPartlyInsideCounts() {
    assertThat(HISTORY.peak(minutesAgo(8), minutesAgo(3))).contains(new RequestRate(20));
  }

  @Test
  void anUnknownStepMakesTheAnswerUnknownNotSmaller() {
    assertThat(HISTORY.mean(minutesAgo(17), minutesAgo(2))).isEmpty();
    assertThat(HISTORY.peak(minutesAgo(17), minutesAgo(2))).isEmpty();
  }

  @Test
  void outsideItsReachNothingIsKnown() {
    assertThat(HISTORY.mean(minutesAgo(20_000), minutesAgo(2))).isEmpty();
    assertThat(HISTORY.peak(minutesAgo(2), NOW.plusSeconds(600))).isEmpty();
    assertThat(HISTORY.mean(minutesAgo(5), minutesAgo(5))).isEmpty();
  }

  private static Instant minutesAgo(int minutes) {
    return NOW.minus(Duration.ofMinutes(minutes));
  }
}
