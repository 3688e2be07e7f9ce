package dev.lockstep.scaler.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class FineArrivalsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void fractionsThatAddUpToAlmostNothingAreNothing() {
    // What is left of 0.1, 0.1 and 1.1 in doubles is -2e-16, whose root is no number.
    assertThat(peakOf(List.of(0.1, 0.1, 1.1, 0.0, 0.0, 0.0))).isBetween(0.0, 1.0);
  }

  @Property
  void thePeakIsANumberAndNoMoreThanTheBusiestTenSeconds(@ForAll("counts") List<Double> counts) {
    double busiest = counts.stream().mapToDouble(Double::doubleValue).max().orElse(0) / 10;

    assertThat(peakOf(counts)).isBetween(0.0, busiest + 1e-9);
  }

  @Property
  void steadyArrivalsPeakAtTheirRate(@ForAll("steady") double count) {
    assertThat(peakOf(Collections.nCopies(30, count))).isCloseTo(count / 10, within(1e-6));
  }

  @Test
  void aMinuteInWhichHalfOfTheRequestsCameInTenSecondsIsUneven() {
    assertThat(FineArrivals.unevenMinutes(minute(240, 240, 1200, 240, 240, 240)))
        .containsExactly(NOW);
    // Of 400 in ten seconds a tenth more and four standard deviations may be chance.
    assertThat(FineArrivals.unevenMinutes(minute(380, 400, 420, 390, 515, 400))).isEmpty();
    assertThat(FineArrivals.unevenMinutes(minute(0, 0, 0, 0, 0, 0))).isEmpty();
  }

  private static NavigableMap<Instant, Double> minute(double... counts) {
    NavigableMap<Instant, Double> points = new TreeMap<>();
    for (int i = 0; i < counts.length; i++) {
      points.put(NOW.plusSeconds(10L * i), counts[i]);
    }
    return points;
  }

  private static double peakOf(List<Double> counts) {
    NavigableMap<Instant, Double> points = new TreeMap<>();
    for (int i = 0; i < counts.size(); i++) {
      points.put(NOW.minusSeconds(10L * (counts.size() - i)), counts.get(i));
    }
    return new FineArrivals(points, NOW).peakSince(Instant.EPOCH);
  }

  @Provide
  Arbitrary<Double> steady() {
    return Arbitraries.doubles().between(0, 10_000);
  }

  @Provide
  Arbitrary<List<Double>> counts() {
    return Arbitraries.doubles().between(0, 500).injectDuplicates(0.3).list().ofMaxSize(60);
  }
}
