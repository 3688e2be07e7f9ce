package dev.lockstep.inference.batching;

import java.util.ArrayList;
import java.util.List;

/**
 * Who runs with the most urgent piece where each has rows of its own, padded to the longest.
 *
 * <p>The company comes from a window, the most urgent of its kind, and is the one that leaves the
 * device the least work there, see {@link Cut}. The window bounds how far anybody is overtaken, and
 * with it how far a prediction at the door can be wrong. Of pieces of one length the more urgent go
 * first.
 *
 * <p>The window is three full runs of the usual size, and wider where all in it have the time:
 *
 * <pre>
 *   runs = budget / (2 x a full run), from 3 to 6; budget = deadline - arrival, the least of all
 * </pre>
 */
final class OwnRows {
  private static final int LEAST_RUNS = 3;

  /** A wider one gains little, and lets more expire of those whose budget is just enough for it. */
  private static final int MOST_RUNS = 6;

  private OwnRows() {}

  /**
   * The batch of the most urgent.
   *
   * @param same all of its kind
   */
  static Batch<?, ?> around(Piece<?, ?> urgent, SameKind same, int lanes, int lanesFree) {
    BatchKind<?, ?> kind = urgent.kind();
    List<Piece<?, ?>> window = window(same, kind);
    BatchLimits limits = limits(same, window, kind.limits(), lanes, lanesFree);
    Cut cut = new Cut(window, kind.cost(), limits);
    List<Piece<?, ?>> pieces = mostUrgentAsLong(window, cut.around(window.indexOf(urgent)));
    int longest = pieces.stream().mapToInt(Piece::paddedLength).max().orElseThrow();
    Layout layout = Layout.apart(pieces.stream().map(Piece::rows).toList(), longest);
    return Batch.of(kind, pieces, layout, limits);
  }

  private static BatchLimits limits(
      SameKind same, List<Piece<?, ?>> window, BatchLimits most, int lanes, int lanesFree) {
    long all = 0;
    int largest = 1;
    for (Piece<?, ?> piece : window) {
      int padded = piece.rows() * piece.paddedLength();
      all += padded;
      largest = Math.max(largest, padded);
    }
    return same.limits(most, all, largest, lanes, lanesFree);
  }

  /** Sorted as they are cut. */
  private static List<Piece<?, ?>> window(SameKind same, BatchKind<?, ?> kind) {
    BatchLimits limits = kind.limits();
    int fullTokens = limits.usualTokens();
    double fullRun = kind.cost().nanos(fullTokens);
    List<Piece<?, ?>> window = new ArrayList<>();
    long runs = MOST_RUNS;
    long rows = 0;
    long tokens = 0;
    for (Piece<?, ?> piece : same.byUrgency()) {
      runs = Math.min(runs, overtakingRuns(piece, fullRun));
      rows += piece.rows();
      tokens += piece.tokens();
      if (rows > runs * limits.rows() || tokens > runs * fullTokens) {
        break;
      }
      window.add(piece);
    }
    window.sort(Cut.LONGEST_FIRST);
    return window;
  }

  /** How many full runs others may be chosen from while this one waits. */
  private static long overtakingRuns(Piece<?, ?> piece, double fullRun) {
    double budget = piece.deadline().remaining(piece.arrivedNanos()).toNanos();
    return Math.round(Math.clamp(budget / (2 * fullRun), LEAST_RUNS, MOST_RUNS));
  }

  /**
   * A stretch may begin in the middle of pieces of one length, and then holds the less urgent of
   * them. It gets the more urgent in their place.
   */
  private static List<Piece<?, ?>> mostUrgentAsLong(List<Piece<?, ?>> window, Cut.Stretch stretch) {
    int length = window.get(stretch.from()).paddedLength();
    int first = stretch.from();
    while (first > 0 && window.get(first - 1).paddedLength() == length) {
      first--;
    }
    int end = stretch.from();
    int room = 0;
    while (end < stretch.to() && window.get(end).paddedLength() == length) {
      room += window.get(end).rows();
      end++;
    }
    List<Piece<?, ?>> pieces = new ArrayList<>();
    for (int i = first; i < end && window.get(i).rows() <= room; i++) {
      pieces.add(window.get(i));
      room -= window.get(i).rows();
    }
    pieces.addAll(window.subList(end, stretch.to()));
    pieces.sort(Piece.BY_URGENCY);
    return pieces;
  }
}
