package dev.lockstep.inference.batching;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What waits, and which of it runs next.
 *
 * <p>The next batch always holds the most urgent piece of all: nobody waits for a better fit. Its
 * company is chosen by {@link OwnRows}, or by {@link SharedRows} where several have a row.
 *
 * <p>Not safe for use by many threads.
 */
final class WaitingPieces {
  private final int lanes;
  private final NavigableSet<Piece<?, ?>> byUrgency = new TreeSet<>(Piece.BY_URGENCY);
  private final Map<BatchKind<?, ?>, SameKind> byKind = new HashMap<>();

  /** For a device of so many lanes. */
  WaitingPieces(int lanes) {
    this.lanes = lanes;
  }

  void add(Piece<?, ?> piece) {
    byUrgency.add(piece);
    byKind.computeIfAbsent(piece.kind(), _ -> new SameKind()).add(piece);
  }

  /** Takes a piece out, wherever it stands and whatever it may run with by now. */
  Optional<Piece<?, ?>> remove(Piece<?, ?> piece) {
    Piece<?, ?> standing = byUrgency.ceiling(piece);
    if (standing == null || !standing.equals(piece)) {
      return Optional.empty();
    }
    byUrgency.remove(standing);
    SameKind same = sameKind(standing);
    same.remove(standing);
    if (same.isEmpty()) {
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
    OptionalInt rowTokens = urgent.kind().sharedRowTokens();
    return rowTokens.isPresent()
        ? SharedRows.around(urgent, same, rowTokens.getAsInt(), lanes, lanesFree)
        : OwnRows.around(urgent, same, lanes, lanesFree);
  }
}
