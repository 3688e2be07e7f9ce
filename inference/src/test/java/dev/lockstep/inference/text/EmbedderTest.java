package dev.lockstep.inference.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

final class EmbedderTest {

  @Property
  void everyTextRunsOnceInABatchOfItsOwnLength(
      @ForAll @Size(min = 1, max = 200) List<@IntRange(min = 1, max = 12) Integer> lengths) {
    List<long[]> tokens = lengths.stream().map(long[]::new).toList();

    List<List<Integer>> batches = Embedder.batches(tokens);

    assertThat(batches.stream().flatMap(List::stream).sorted())
        .containsExactlyElementsOf(IntStream.range(0, lengths.size()).boxed().toList());
    assertThat(batches)
        .allSatisfy(batch -> {
          assertThat(batch).hasSizeBetween(1, 32);
          assertThat(batch.stream().map(lengths::get).distinct()).hasSize(1);
        });
  }

  @Property
  void aPooledVectorHasNormOne(
      @ForAll @Size(24) List<@FloatRange(min = -10, max = 10) Float> values) {
    float[] hidden = new float[24];
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = values.get(i) + 11; // away from the zero vector, which has no direction
    }

    for (int row = 0; row < 2; row++) {
      double squares = 0;
      for (float value : Pooling.meanNormalized(hidden, row, 3, 4)) {
        squares += value * value;
      }
      assertThat(Math.sqrt(squares)).isCloseTo(1, within(1e-6));
    }
  }
}
