package dev.lockstep.scaler.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ServiceMinuteTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final NavigableMap<Instant, Double> NONE = new TreeMap<>();

  @Test
  void seriesAreLaidSideBySideInTheirUnits() {
    ServiceMinute.Series series =
        new ServiceMinute.Series(
            one(2400), one(5), one(0.25), one(0.125), one(3), one(4), one(17.5), one(70));

    assertThat(ServiceMinute.of(series))
        .containsExactly(
            new ServiceMinute(
                NOON,
                OptionalDouble.of(2400),
                OptionalDouble.of(5),
                Optional.of(Duration.ofMillis(250)),
                Optional.of(Duration.ofMillis(125)),
                3,
                4,
                Optional.of(Duration.ofNanos(17_500_000)),
                OptionalDouble.of(70)));
  }

  @Test
  void whatIsMissingIsUnknownButForCountsThatCloudWatchOmitsWhenTheyAreZero() {
    ServiceMinute.Series series =
        new ServiceMinute.Series(NONE, one(5), NONE, NONE, NONE, NONE, NONE, NONE);

    assertThat(ServiceMinute.of(series))
        .containsExactly(
            new ServiceMinute(
                NOON,
                OptionalDouble.empty(),
                OptionalDouble.of(5),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                OptionalDouble.empty()));
  }

  @Test
  void minutesOfAnySeriesComeInOrderAndErrorsAloneMakeNone() {
    ServiceMinute.Series series =
        new ServiceMinute.Series(
            at(2, 1), at(1, 1), at(0, 1), NONE, at(3, 1), NONE, NONE, at(4, 1));

    assertThat(ServiceMinute.of(series))
        .extracting(ServiceMinute::start)
        .containsExactly(NOON, NOON.plusSeconds(60), NOON.plusSeconds(120));
  }

  @Test
  void aLearnedNumberIsFinite() {
    assertThatThrownBy(() -> new LearnedPoint(NOON, Double.NaN))
        .hasMessage("a learned number is finite, not NaN");
  }

  private static NavigableMap<Instant, Double> one(double value) {
    return at(0, value);
  }

  private static NavigableMap<Instant, Double> at(int minute, double value) {
    return new TreeMap<>(Map.of(NOON.plusSeconds(60L * minute), value));
  }
}
