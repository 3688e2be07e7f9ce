package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Width;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Pieces that run together.
 *
 * @param layout where they lie on the device
 * @param limits that it was formed in, which are the kind's or narrower
 */
record Batch<I, O>(
    BatchKind<I, O> kind, List<Piece<I, O>> pieces, Layout layout, BatchLimits limits) {
  Batch {
    pieces = List.copyOf(pieces);
  }

  /** All pieces are of the kind, so their types are the same. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  static Batch<?, ?> of(
      BatchKind<?, ?> kind, List<Piece<?, ?>> pieces, Layout layout, BatchLimits limits) {
    return new Batch(kind, pieces, layout, limits);
  }

  /** Rows that were asked for; where inputs share them the device has fewer. */
  int rows() {
    return pieces.stream().mapToInt(Piece::rows).sum();
  }

  long paddedTokens() {
    return layout.tokens();
  }

  long tokens() {
    return pieces.stream().mapToLong(Piece::tokens).sum();
  }

  /** Whether one more row as long as these would no longer fit. */
  boolean isFull() {
    return !limits.fits(layout.rows() + 1, layout.length());
  }

  List<I> inputs() {
    return pieces.stream().map(piece -> piece.size().input()).toList();
  }

  /** Tells each caller who wants to hear of it, once, however many inputs of his were in it. */
  void tell(BatchReport report, long started, long ended) {
    Set<Submission<O>> told = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Piece<I, O> piece : pieces) {
      Submission<O> parent = piece.parent();
      if (parent.isWatched() && told.add(parent)) {
        parent.ran(new RunListener.Run(piece.arrivedNanos(), started, ended, report));
      }
    }
  }

  BatchReport report(long formed, long started, long ended, Width width) {
    return new BatchReport(
        kind,
        rows(),
        tokens(),
        paddedTokens(),
        pieces.stream().map(piece -> piece.waited(formed)).toList(),
        Duration.ofNanos(started - formed),
        Duration.ofNanos(ended - started),
        width);
  }
}
