package dev.lockstep.inference.batching;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where the inputs of a run lie: in rows of their own, padded to the longest, or several in a row,
 * one behind the other.
 *
 * @param rows of the run
 * @param length of each row on the device
 * @param places one an input, in the inputs' order
 */
public record Layout(int rows, int length, List<Place> places) {
  /**
   * Where an input lies.
   *
   * @param row its first row
   * @param offset tokens before it in the row
   * @param number which input of the row it is, from 1
   */
  public record Place(int row, int offset, int number) {}

  public Layout {
    places = List.copyOf(places);
  }

  /** Tokens that the device computes. */
  public long tokens() {
    return (long) rows * length;
  }

  /** Which of all tokens of the run is an input's first. */
  public int firstToken(int input) {
    return places.get(input).row() * length + places.get(input).offset();
  }

  /** Inputs of one row each, in rows of their own. */
  public static Layout apart(int inputs, int length) {
    return apart(Collections.nCopies(inputs, 1), length);
  }

  /** Inputs of so many rows each, in rows of their own. */
  static Layout apart(List<Integer> rows, int length) {
    List<Place> places = new ArrayList<>(rows.size());
    int next = 0;
    for (int count : rows) {
      places.add(new Place(next, 0, 1));
      next += count;
    }
    return new Layout(next, length, places);
  }

  /**
   * What it costs, in tokens of short rows: within a row each token looks at all, which costs a
   * model as small as the embedded one as much again in a row of 1,200. Measured on two cores in
   * runs of 256 tokens: 84 ms in rows of 32, 92 in rows of 128, 102 in rows of 192.
   */
  double work() {
    return tokens() * (1 + length / 1200.0);
  }

  /**
   * Inputs that share rows, in as many rows as cost least. The longest goes first, to the row that
   * has the least (Graham's LPT rule).
   *
   * @param lengths of the inputs
   * @param rowTokens of a row, at most, unless an input is longer
   * @param mostRows of the run
   * @return nothing when so many rows are too few
   * @see <a href="https://doi.org/10.1137/0117039">Graham, Bounds on multiprocessing timing
   *     anomalies</a>
   */
  public static Optional<Layout> shared(List<Integer> lengths, int rowTokens, int mostRows) {
    int longest = lengths.stream().mapToInt(Integer::intValue).max().orElseThrow();
    List<Integer> longestFirst =
        IntStream.range(0, lengths.size())
            .boxed()
            .sorted(Comparator.comparing(lengths::get, Comparator.reverseOrder()))
            .toList();
    return IntStream.rangeClosed(1, Math.min(mostRows, lengths.size()))
        .mapToObj(rows -> shared(lengths, longestFirst, rows))
        .filter(layout -> layout.length() <= Math.max(longest, rowTokens))
        .min(Comparator.comparingDouble(Layout::work));
  }

  private static Layout shared(List<Integer> lengths, List<Integer> longestFirst, int rows) {
    int[] filled = new int[rows];
    int[] inputs = new int[rows];
    Place[] places = new Place[lengths.size()];
    for (int input : longestFirst) {
      int row = emptiest(filled);
      inputs[row]++;
      places[input] = new Place(row, filled[row], inputs[row]);
      filled[row] += lengths.get(input);
    }
    return new Layout(rows, IntStream.of(filled).max().orElseThrow(), List.of(places));
  }

  private static int emptiest(int[] filled) {
    int emptiest = 0;
    for (int row = 1; row < filled.length; row++) {
      if (filled[row] < filled[emptiest]) {
        emptiest = row;
      }
    }
    return emptiest;
  }
}
