package dev.lockstep.inference.batching;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The cheapest way to cut pieces of one kind into batches.
 *
 * <p>Sorted by length, the longest first, every batch is a stretch of them, and costs
 *
 * <pre>
 *   t(i, j) = fixed + perToken x rows(i .. j-1) x length(i)
 * </pre>
 *
 * What comes before a stretch and after it is cut as well as can be, so that the batch that holds
 * piece {@code k} is the one with
 *
 * <pre>
 *   min  before(i) + t(i, j) + after(j)     over i &lt;= k &lt; j
 *   before(j) = min before(i) + t(i, j)     after(i) = min t(i, j) + after(j)
 * </pre>
 *
 * and among equals the one of most rows. A batch that is good only because it takes the company
 * that others need is not chosen. Time is pieces x the rows of a run, as Jiarui Fang and others
 * have it for the whole cut.
 *
 * @see <a href="https://arxiv.org/abs/2010.05680">TurboTransformers<//a>
 */
final class Cut {
  static final Comparator<Piece<?, ?>> LONGEST_FIRST =
      Comparator.<Piece<?, ?>>comparingInt(Piece::paddedLength)
          .reversed()
          .thenComparing(Piece.BY_URGENCY);

  private final CostModel cost;
  private final BatchLimits limits;
  private final int size;
  private final int[] lengths;
  private final int[] rowsBefore;
  private final double[] before;
  private final double[] after;

  /** A stretch of the sorted pieces. */
  record Stretch(int from, int to) {}

  /**
   * Cuts them.
   *
   * @param sorted by {@link #LONGEST_FIRST}, all of one kind, each of which fits in a run alone
   * @param limits of each batch
   */
  Cut(List<? extends Piece<?, ?>> sorted, CostModel cost, BatchLimits limits) {
    this.cost = cost;
    this.limits = limits;
    this.size = sorted.size();
    this.lengths = sorted.stream().mapToInt(Piece::paddedLength).toArray();
    this.rowsBefore = new int[size + 1];
    for (int i = 0; i < size; i++) {
      rowsBefore[i + 1] = rowsBefore[i] + sorted.get(i).rows();
    }
    this.before = new double[size + 1];
    this.after = new double[size + 1];
    cutBefore();
    cutAfter();
  }

  private void cutBefore() {
    Arrays.fill(before, 1, size + 1, Double.MAX_VALUE);
    for (int from = 0; from < size; from++) {
      for (int to = from + 1; to <= size && fits(from, to); to++) {
        before[to] = Math.min(before[to], before[from] + nanos(from, to));
      }
    }
  }

  private void cutAfter() {
    for (int from = size - 1; from >= 0; from--) {
      after[from] = Double.MAX_VALUE;
      for (int to = from + 1; to <= size && fits(from, to); to++) {
        after[from] = Math.min(after[from], nanos(from, to) + after[to]);
      }
    }
  }

  /** The batch that holds a piece and leaves the least work in all. */
  Stretch around(int piece) {
    Stretch best = new Stretch(piece, piece + 1);
    double least = Double.MAX_VALUE;
    for (int from = 0; from <= piece; from++) {
      for (int to = from + 1; to <= size && fits(from, to); to++) {
        double whole = before[from] + nanos(from, to) + after[to];
        boolean fuller = rows(from, to) > rows(best.from(), best.to());
        // Sums in another order differ in their last digits.
        if (to > piece && (whole < least * (1 - 1e-9) || (fuller && whole <= least * (1 + 1e-9)))) {
          best = new Stretch(from, to);
          least = whole;
        }
      }
    }
    return best;
  }

  private int rows(int from, int to) {
    return rowsBefore[to] - rowsBefore[from];
  }

  private boolean fits(int from, int to) {
    return limits.fits(rows(from, to), lengths[from]);
  }

  private double nanos(int from, int to) {
    return cost.nanos((long) rows(from, to) * lengths[from]);
  }
}
