package dev.lockstep.inference.batching;

import java.util.NavigableSet;
import java.util.TreeSet;

/** Those who wait and may run together. Not safe for use by many threads. */
final class SameKind {
  private final NavigableSet<Piece<?, ?>> byUrgency = new TreeSet<>(Piece.BY_URGENCY);
  private long tokens;

  void add(Piece<?, ?> piece) {
    byUrgency.add(piece);
    tokens += piece.tokens();
  }

  void remove(Piece<?, ?> piece) {
    byUrgency.remove(piece);
    tokens -= piece.tokens();
  }

  boolean isEmpty() {
    return byUrgency.isEmpty();
  }

  /** The most urgent first. */
  Iterable<Piece<?, ?>> byUrgency() {
    return byUrgency;
  }

  /** Of all of them. */
  long tokens() {
    return tokens;
  }

  /**
   * The limits of the next run: one of several free lanes takes an equal share, and any piece fits,
   * whatever the share.
   *
   * @param most of any run of this kind
   * @param shared tokens that free lanes share
   * @param largest tokens of a piece
   * @param lanes of the device
   * @param lanesFree of them
   */
  BatchLimits limits(BatchLimits most, long shared, int largest, int lanes, int lanesFree) {
    int limit = most.whileWaiting(tokens, lanes).paddedTokens();
    long share = lanesFree > 1 ? Math.ceilDiv(shared, lanesFree) : limit;
    return most.withTokens(Math.min(share, limit), largest);
  }
}
