package dev.lockstep.inference.batching;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What waits, and which of it runs next.
 *
 * <p>The next batch always holds the most urgent piece of all: nobody waits for a better fit. Its
 * company is chosen so that the device does the most real work a second,
 *
 * <pre>
 *   max  tokens / (fixed + perToken x rows x longest)
 * </pre>
 *
 * over the lengths from the urgent piece's own upwards, rows of the longest first, for as long as
 * each row adds more than it costs in padding. Of pieces of one length the more urgent go first.
 *
 * <p>Not safe for use by many threads.
 */
final class WaitingPieces {
  private final NavigableSet<Piece<?, ?>> byUrgency = new TreeSet<>(Piece.BY_URGENCY);
  private final Map<BatchKind<?, ?>, NavigableMap<Integer, NavigableSet<Piece<?, ?>>>> byLength =
      new HashMap<>();

  void add(Piece<?, ?> piece) {
    byUrgency.add(piece);
    byLength
        .computeIfAbsent(piece.kind(), _ -> new TreeMap<>())
        .computeIfAbsent(piece.paddedLength(), _ -> new TreeSet<>(Piece.BY_URGENCY))
        .add(piece);
  }

  /** Takes a piece out, wherever it stands and whatever it may run with by now. */
  Optional<Piece<?, ?>> remove(Piece<?, ?> piece) {
    Piece<?, ?> standing = byUrgency.ceiling(piece);
    if (standing == null || !standing.equals(piece)) {
      return Optional.empty();
    }
    byUrgency.remove(standing);
    NavigableMap<Integer, NavigableSet<Piece<?, ?>>> lengths = lengthsOf(standing.kind());
    NavigableSet<Piece<?, ?>> sameLength = lengths.get(standing.paddedLength());
    if (sameLength != null && sameLength.remove(standing) && sameLength.isEmpty()) {
      lengths.remove(standing.paddedLength());
      if (lengths.isEmpty()) {
        byLength.remove(standing.kind());
      }
    }
    return Optional.of(standing);
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

  /** The next batch, which stays here until it is {@linkplain #take taken}. */
  Optional<Batch<?, ?>> next() {
    return mostUrgent().map(this::around);
  }

  void take(Batch<?, ?> batch) {
    batch.pieces().forEach(this::remove);
  }

  private Batch<?, ?> around(Piece<?, ?> urgent) {
    NavigableMap<Integer, NavigableSet<Piece<?, ?>>> lengths = lengthsOf(urgent.kind());
    BatchLimits limits = urgent.kind().limits();
    Company best = new Company(urgent, urgent.paddedLength());
    best.fill(lengths);
    for (int longest : lengths.tailMap(urgent.paddedLength(), false).keySet()) {
      if (!limits.fits(urgent.rows() + 1, longest)) {
        break;
      }
      Company company = new Company(urgent, longest);
      company.fill(lengths);
      if (company.isComplete() && company.worth() > best.worth()) {
        best = company;
      }
    }
    return best.batch();
  }

  private NavigableMap<Integer, NavigableSet<Piece<?, ?>>> lengthsOf(BatchKind<?, ?> kind) {
    return byLength.getOrDefault(kind, new TreeMap<>());
  }

  /** The best batch of one padded length that holds the urgent piece. */
  private static final class Company {
    private final Piece<?, ?> urgent;
    private final int longest;
    private final CostModel cost;
    private final BatchLimits limits;
    private final List<Piece<?, ?>> pieces = new ArrayList<>();
    private int rows;
    private long tokens;

    Company(Piece<?, ?> urgent, int longest) {
      this.urgent = urgent;
      this.longest = longest;
      this.cost = urgent.kind().cost();
      this.limits = urgent.kind().limits();
      add(urgent);
    }

    private void add(Piece<?, ?> piece) {
      pieces.add(piece);
      rows += piece.rows();
      tokens += piece.tokens();
    }

    /** Real tokens a nanosecond. */
    double worth() {
      return tokens / cost.nanos((long) rows * longest);
    }

    /** Shorter company only: somebody must be as long as the batch. */
    boolean isComplete() {
      return pieces.size() > 1;
    }

    void fill(NavigableMap<Integer, NavigableSet<Piece<?, ?>>> lengths) {
      for (NavigableSet<Piece<?, ?>> sameLength :
          lengths.headMap(longest, true).descendingMap().values()) {
        for (Piece<?, ?> piece : sameLength) {
          if (piece.equals(urgent)) {
            continue;
          }
          if (!limits.fits(rows + piece.rows(), longest) || !improvedBy(piece)) {
            return;
          }
          add(piece);
        }
      }
    }

    /** A row is worth its place when it does more work a nanosecond than the batch without it. */
    private boolean improvedBy(Piece<?, ?> piece) {
      double with = (tokens + piece.tokens()) / cost.nanos((long) (rows + piece.rows()) * longest);
      // The first one as long as the batch is what this company is for, worth it or not.
      return with >= worth() || (pieces.size() == 1 && piece.paddedLength() == longest);
    }

    /** All pieces here are of one kind, so their types are the same. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    Batch<?, ?> batch() {
      return new Batch(urgent.kind(), pieces, longest);
    }
  }
}
