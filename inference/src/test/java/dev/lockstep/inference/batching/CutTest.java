package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Where the pieces that wait are cut into batches. */
final class CutTest {
  private final TestKind kind = TestKind.cpu();

  @Test
  void aPieceByItselfIsItsOwnBatch() {
    assertThat(stretch(List.of(16), 0)).isEqualTo(new Cut.Stretch(0, 1));
  }

  @Test
  void aFewTokensOfPaddingAreCheaperThanAnotherRun() {
    assertThat(stretch(List.of(32, 30, 8), 0)).isEqualTo(new Cut.Stretch(0, 2));
    assertThat(stretch(List.of(32, 30, 8), 2)).isEqualTo(new Cut.Stretch(2, 3));
  }

  /** Of 30, 20, 20, 20 the first could take a 20 with it; the three would miss it. */
  @Test
  void nobodyTakesTheCompanyThatOthersNeed() {
    assertThat(stretch(List.of(30, 20, 20, 20), 0)).isEqualTo(new Cut.Stretch(0, 1));
  }

  @Test
  void ofCutsThatCostTheSameTheFullestBatchRunsFirst() {
    List<Integer> thirty = IntStream.generate(() -> 16).limit(30).boxed().toList();

    assertThat(stretch(thirty, 0)).isEqualTo(new Cut.Stretch(0, 24));
  }

  @Property(tries = 500)
  void theBatchAndWhatItLeavesCostNoMoreThanAnyOtherCut(@ForAll("lengths") List<Integer> lengths) {
    double least = cheapest(lengths, 0);
    for (int piece = 0; piece < lengths.size(); piece++) {
      Cut.Stretch stretch = stretch(lengths, piece);

      assertThat(piece).isBetween(stretch.from(), stretch.to() - 1);
      double whole =
          cheapest(lengths.subList(0, stretch.from()), 0)
              + nanos(lengths, stretch.from(), stretch.to())
              + cheapest(lengths, stretch.to());
      assertThat(whole).isCloseTo(least, within(least * 1e-6 + 1e-6));
    }
  }

  /** Tries every cut there is. */
  private double cheapest(List<Integer> lengths, int from) {
    double least = from == lengths.size() ? 0 : Double.MAX_VALUE;
    for (int to = from + 1; to <= lengths.size(); to++) {
      if (kind.limits().fits(to - from, lengths.get(from))) {
        least = Math.min(least, nanos(lengths, from, to) + cheapest(lengths, to));
      }
    }
    return least;
  }

  private double nanos(List<Integer> lengths, int from, int to) {
    return kind.cost().nanos((long) (to - from) * lengths.get(from));
  }

  private Cut.Stretch stretch(List<Integer> lengths, int piece) {
    List<Piece<String, String>> sorted =
        IntStream.range(0, lengths.size())
            .mapToObj(i -> kind.piece(i, lengths.get(i), 0, 1_000))
            .toList();
    return new Cut(sorted, kind.cost(), kind.limits()).around(piece);
  }

  @Provide
  Arbitrary<List<Integer>> lengths() {
    return Arbitraries.integers()
        .between(1, 128)
        .list()
        .ofMinSize(1)
        .ofMaxSize(9)
        .map(lengths -> lengths.stream().sorted((a, b) -> b - a).toList());
  }
}
