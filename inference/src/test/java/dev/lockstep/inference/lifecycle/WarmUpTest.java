package dev.lockstep.inference.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.lifecycle.WarmUp.Shape;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Which shapes are run before the first user comes. */
final class WarmUpTest {
  @Test
  void lengthsAndRowsDoubleUpToTheLimits() {
    assertThat(WarmUp.shapes(32, new BatchLimits(64, 4, 1)))
        .containsExactly(
            new Shape(1, 8),
            new Shape(2, 8),
            new Shape(4, 8),
            new Shape(1, 16),
            new Shape(2, 16),
            new Shape(4, 16),
            new Shape(1, 32),
            new Shape(2, 32));
  }

  @Test
  void aLimitThatIsNoPowerOfTwoIsAShapeInPlaceOfTheOneBefore() {
    assertThat(WarmUp.shapes(12, new BatchLimits(100, 3, 1)))
        .containsExactly(new Shape(1, 8), new Shape(3, 8), new Shape(1, 12), new Shape(3, 12));
  }

  @Test
  void lengthsArePaddedAsTheBatcherPadsThem() {
    assertThat(WarmUp.shapes(20, new BatchLimits(64, 1, 16)))
        .containsExactly(new Shape(1, 16), new Shape(1, 16), new Shape(1, 32));
  }

  @Property
  void everyShapeFitsInARunAndTheLongestAndTheFullestAreAmongThem(
      @ForAll @IntRange(min = 1, max = 512) int maxTokens,
      @ForAll @IntRange(min = 1, max = 64) int rows,
      @ForAll @IntRange(min = 1, max = 8) int spare,
      @ForAll @IntRange(min = 1, max = 16) int multiple) {
    int longest = new BatchLimits(1, 1, multiple).padded(maxTokens);
    BatchLimits limits = new BatchLimits(longest * spare, rows, multiple);

    List<Shape> shapes = WarmUp.shapes(maxTokens, limits);

    assertThat(shapes).allMatch(shape -> limits.fits(shape.rows(), shape.length()));
    assertThat(shapes).contains(new Shape(Math.min(rows, spare), longest));
    assertThat(shapes).contains(new Shape(1, longest));
  }
}
