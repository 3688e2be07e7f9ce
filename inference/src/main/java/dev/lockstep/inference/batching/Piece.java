package dev.lockstep.inference.batching;

import java.time.Duration;
import java.util.Comparator;

/**
 * One input that waits for the device.
 *
 * @param kind what it may run with
 * @param size what it is and how large
 * @param deadline after which it is not run any more
 * @param arrivedNanos when it began to wait
 * @param sequence its place in the order of arrival, which breaks ties
 * @param parent whose part it is
 * @param index its place among the parent's inputs
 * @param leastNanos what it costs a lane in the best of batches, see {@link Load}
 */
record Piece<I, O>(
    BatchKind<I, O> kind,
    Sized<I> size,
    Deadline deadline,
    long arrivedNanos,
    long sequence,
    Submission<O> parent,
    int index,
    double leastNanos) {

  /** The earliest deadline first, and among equals who came first. */
  static final Comparator<Piece<?, ?>> BY_URGENCY =
      Comparator.<Piece<?, ?>, Deadline>comparing(Piece::deadline)
          .thenComparingLong(Piece::sequence);

  int rows() {
    return size.rows();
  }

  int paddedLength() {
    return kind.limits().padded(size.length());
  }

  long tokens() {
    return size.tokens();
  }

  /** The same piece in no company. */
  Piece<I, O> alone() {
    return new Piece<>(
        new Alone<>(kind), size, deadline, arrivedNanos, sequence, parent, index, leastNanos);
  }

  /** Pieces are told apart by their place in the queue: two equal texts are two pieces. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Piece<?, ?> piece && piece.sequence == sequence;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sequence);
  }

  /** With what it had waited before it came here. */
  Duration waited(long now) {
    return Duration.ofNanos(now - arrivedNanos).plus(parent.unread());
  }
}
