package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Where the inputs of a run lie. */
final class LayoutTest {
  @Test
  void inRowsOfTheirOwnEachBeginsARow() {
    Layout layout = Layout.apart(List.of(2, 1), 5);

    assertThat(layout.rows()).isEqualTo(3);
    assertThat(layout.tokens()).isEqualTo(15);
    assertThat(layout.firstToken(0)).isEqualTo(0);
    assertThat(layout.firstToken(1)).isEqualTo(10);
  }

  @Test
  void inSharedRowsTheShortFillWhatTheLongLeave() {
    Layout layout = Layout.shared(List.of(10, 60, 50, 20, 40), 64, 8).orElseThrow();

    assertThat(layout.rows()).isEqualTo(3);
    assertThat(layout.length()).isEqualTo(60);
    assertThat(layout.places().get(0)).isEqualTo(new Layout.Place(1, 50, 2));
    assertThat(layout.places().get(1)).isEqualTo(new Layout.Place(0, 0, 1));
  }

  @Test
  void inputsOfOneLengthHaveRowsOfTheirOwnBecauseShortRowsCostLess() {
    Layout layout = Layout.shared(Collections.nCopies(16, 16), 144, 32).orElseThrow();

    assertThat(layout.rows()).isEqualTo(16);
    assertThat(layout.length()).isEqualTo(16);
  }

  @Test
  void rowsThatAreTooFewAreNoLayout() {
    assertThat(Layout.shared(List.of(100, 100, 100), 144, 2)).isEmpty();
  }

  @Property
  void noTwoInputsLieOnOneTokenAndEachRowCountsItsOwn(
      @ForAll("lengths") List<Integer> lengths,
      @ForAll @IntRange(min = 1, max = 200) int rowTokens) {
    Layout layout = Layout.shared(lengths, rowTokens, lengths.size()).orElseThrow();

    int longest = Collections.max(lengths);
    assertThat(layout.length()).isBetween(longest, Math.max(longest, rowTokens));
    assertThat(layout.rows()).isBetween(1, lengths.size());
    Set<Integer> taken = new HashSet<>();
    Set<List<Integer>> numbered = new HashSet<>();
    for (int input = 0; input < lengths.size(); input++) {
      Layout.Place place = layout.places().get(input);
      assertThat(place.offset() + lengths.get(input)).isLessThanOrEqualTo(layout.length());
      assertThat(place.row()).isBetween(0, layout.rows() - 1);
      assertThat(numbered.add(List.of(place.row(), place.number()))).isTrue();
      assertThat(place.number() == 1).isEqualTo(place.offset() == 0);
      for (int token = 0; token < lengths.get(input); token++) {
        assertThat(taken.add(layout.firstToken(input) + token)).isTrue();
      }
    }
  }

  @Property
  void sharedRowsNeverCostMoreThanRowsOfTheirOwn(@ForAll("lengths") List<Integer> lengths) {
    Layout shared = Layout.shared(lengths, 144, lengths.size()).orElseThrow();

    assertThat(shared.work())
        .isLessThanOrEqualTo(Layout.apart(lengths.size(), Collections.max(lengths)).work());
  }

  @Provide
  Arbitrary<List<Integer>> lengths() {
    return Arbitraries.integers().between(1, 150).list().ofMinSize(1).ofMaxSize(30);
  }
}
