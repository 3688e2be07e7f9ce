package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.inference.batching.CostModel.Measured;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What a run and a token cost, from runs that were timed. */
final class CostModelTest {
  @Property
  void runsOnALineGiveTheLine(
      @ForAll @DoubleRange(min = 1e4, max = 1e7) double fixed,
      @ForAll @DoubleRange(min = 1e3, max = 1e6) double perToken) {
    List<Measured> runs = new ArrayList<>();
    for (int length = 8; length <= 256; length *= 2) {
      for (int rows = 1; rows * length <= 256; rows *= 2) {
        runs.add(new Measured(rows, length, Math.round(fixed + perToken * rows * length)));
      }
    }

    CostModel fitted = CostModel.fit(runs);

    assertThat(fitted.nanosPerToken()).isCloseTo(perToken, Percentage.withPercentage(1));
    assertThat(fitted.fixedNanos()).isCloseTo(fixed, within(0.01 * fixed + 8 * perToken * 0.01));
  }

  @Test
  void aShortRunThatIsOffByATenthCountsAsMuchAsALongOne() {
    CostModel fitted =
        CostModel.fit(List.of(new Measured(1, 10, 1_100), new Measured(1, 1_000, 90_000)));

    // Two points are a line, however they are weighed.
    assertThat(fitted.nanos(10)).isCloseTo(1_100, within(1e-6));
    assertThat(fitted.nanos(1_000)).isCloseTo(90_000, within(1e-6));
    CostModel three =
        CostModel.fit(
            List.of(
                new Measured(1, 10, 1_000),
                new Measured(1, 1_000, 100_000),
                new Measured(1, 100_000, 12_000_000)));
    // Ten millions in the last are a sixth of it; the first two are met within a sixth too.
    assertThat(three.nanos(10)).isCloseTo(1_000, Percentage.withPercentage(17));
  }

  @Test
  void aFixedPartBelowZeroIsZeroAndTheLineGoesThroughTheOrigin() {
    CostModel fitted =
        CostModel.fit(List.of(new Measured(1, 100, 50_000), new Measured(1, 200, 200_000)));

    assertThat(fitted.fixedNanos()).isZero();
    assertThat(fitted.nanosPerToken()).isBetween(500.0, 1_000.0);
  }

  @Test
  void aDeviceThatTakesNoLongerForMoreStillCostsSomethingAToken() {
    CostModel fitted =
        CostModel.fit(List.of(new Measured(1, 8, 1_000_000), new Measured(1, 256, 999_000)));

    assertThat(fitted.nanosPerToken()).isPositive();
    assertThat(fitted.fixedNanos()).isCloseTo(1_000_000, Percentage.withPercentage(1));
  }

  @Test
  void oneSizeIsNoLine() {
    assertThatThrownBy(
            () -> CostModel.fit(List.of(new Measured(1, 16, 1_000), new Measured(2, 8, 2_000))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("runs of two sizes or more are needed to fit a line");
  }

  @Test
  void whatNoDeviceCostsIsRefused() {
    assertThatThrownBy(() -> new CostModel(-1, 1)).hasMessageContaining("a run costs -1.0 ns");
    assertThatThrownBy(() -> new CostModel(0, 0)).hasMessageContaining("a token 0.0 ns");
    assertThatThrownBy(() -> new CostModel(Double.NaN, 1)).hasMessageContaining("NaN");
  }
}
