package dev.lockstep.inference.batching;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What waits, and which of it runs next.
 *
 * <p>The next batch always holds the most urgent piece of all: nobody waits for a better fit. Its
 * company comes from a window, the most urgent of its kind, and is the one that leaves the device
 * the least work there, see {@link Cut}. The window bounds how far anybody is overtaken, and with
 * it how far a prediction at the door can be wrong. Of pieces of one length the more urgent go
 * first.
 *
 * <p>The window is three full runs of the usual size, and wider where all in it have the time:
 *
 * <pre>
 *   runs = budget / (2 x a full run), from 3 to 6; budget = deadline - arrival, the least of all
 * </pre>
 *
 * <p>Not safe for use by many threads.
 */
final class WaitingPieces {
  private static final int LEAST_RUNS = 3;

  /** A wider one gains little, and lets more expire of those whose budget is just enough for it. */
  private static final int MOST_RUNS = 6;

  private final int lanes;
  private final NavigableSet<Piece<?, ?>> byUrgency = new TreeSet<>(Piece.BY_URGENCY);
  private final Map<BatchKind<?, ?>, SameKind> byKind = new HashMap<>();

  /** For a device of so many lanes. */
  WaitingPieces(int lanes) {
    this.lanes = lanes;
  }

  /** Those who may run together. */
  private static final class SameKind {
    private final NavigableSet<Piece<?, ?>> byUrgency = new TreeSet<>(Piece.BY_URGENCY);
    private long tokens;
  }

  void add(Piece<?, ?> piece) {
    byUrgency.add(piece);
    SameKind same = byKind.computeIfAbsent(piece.kind(), _ -> new SameKind());
    same.byUrgency.add(piece);
    same.tokens += piece.tokens();
  }

  /** Takes a piece out, wherever it stands and whatever it may run with by now. */
  Optional<Piece<?, ?>> remove(Piece<?, ?> piece) {
    Piece<?, ?> standing = byUrgency.ceiling(piece);
    if (standing == null || !standing.equals(piece)) {
      return Optional.empty();
    }
    byUrgency.remove(standing);
    SameKind same = sameKind(standing);
    same.byUrgency.remove(standing);
    same.tokens -= standing.tokens();
    if (same.byUrgency.isEmpty()) {
      byKind.remove(standing.kind());
    }
    return Optional.of(standing);
  }

  private SameKind sameKind(Piece<?, ?> piece) {
    return Objects.requireNonNull(byKind.get(piece.kind()), "it waits");
  }

  List<Piece<?, ?>> removeIf(Predicate<Piece<?, ?>> chosen) {
    List<Piece<?, ?>> removed = List.copyOf(byUrgency.stream().filter(chosen).toList());
    removed.forEach(this::remove);
    return removed;
  }

  int size() {
    return byUrgency.size();
  }

  boolean isEmpty() {
    return byUrgency.isEmpty();
  }

  Optional<Piece<?, ?>> mostUrgent() {
    return byUrgency.isEmpty() ? Optional.empty() : Optional.of(byUrgency.first());
  }

  /** The next batch for the last lane that is free. */
  Optional<Batch<?, ?>> next() {
    return next(1);
  }

  /**
   * The next batch, which stays here until it is {@linkplain #take taken}.
   *
   * @param lanesFree who share what waits, so that none of them is idle beside a full one
   */
  Optional<Batch<?, ?>> next(int lanesFree) {
    return mostUrgent().map(urgent -> around(urgent, lanesFree));
  }

  void take(Batch<?, ?> batch) {
    batch.pieces().forEach(this::remove);
  }

  private Batch<?, ?> around(Piece<?, ?> urgent, int lanesFree) {
    SameKind same = sameKind(urgent);
    List<Piece<?, ?>> window = window(same, urgent.kind());
    BatchLimits limits = limits(same, window, urgent.kind().limits(), lanesFree);
    Cut cut = new Cut(window, urgent.kind().cost(), limits);
    Cut.Stretch stretch = cut.around(window.indexOf(urgent));
    return batch(urgent, mostUrgentAsLong(window, stretch), limits);
  }

  /** One of several free lanes takes an equal share; any piece fits, whatever the share. */
  private BatchLimits limits(
      SameKind same, List<Piece<?, ?>> window, BatchLimits most, int lanesFree) {
    long all = 0;
    int largest = 1;
    for (Piece<?, ?> piece : window) {
      int padded = piece.rows() * piece.paddedLength();
      all += padded;
      largest = Math.max(largest, padded);
    }
    BatchLimits limits = most.whileWaiting(same.tokens, lanes);
    long share = lanesFree > 1 ? Math.ceilDiv(all, lanesFree) : limits.paddedTokens();
    return most.withTokens(Math.min(share, limits.paddedTokens()), largest);
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
    for (Piece<?, ?> piece : same.byUrgency) {
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

  /** All pieces here are of one kind, so their types are the same. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Batch<?, ?> batch(
      Piece<?, ?> urgent, List<Piece<?, ?>> pieces, BatchLimits limits) {
    int longest = pieces.stream().mapToInt(Piece::paddedLength).max().orElseThrow();
    return new Batch(urgent.kind(), pieces, longest, limits);
  }
}
