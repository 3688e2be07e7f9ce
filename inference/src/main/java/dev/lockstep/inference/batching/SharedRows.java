package dev.lockstep.inference.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who runs with the most urgent piece where several share a row, one behind the other: those who
 * are most urgent after it. Whatever their lengths, they fill rows together, so that nobody is
 * overtaken. Of the last of them so many stay behind, up to a quarter of the run, as makes a token
 * of the others cheapest:
 *
 * <pre>
 *   min  t(layout) / tokens
 * </pre>
 */
final class SharedRows {
  private SharedRows() {}

  /**
   * The batch of the most urgent.
   *
   * @param same all of its kind
   * @param rowTokens of a row, at most, unless a piece is longer
   */
  static Batch<?, ?> around(
      Piece<?, ?> urgent, SameKind same, int rowTokens, int lanes, int lanesFree) {
    BatchKind<?, ?> kind = urgent.kind();
    BatchLimits limits =
        same.limits(kind.limits(), same.tokens(), urgent.paddedLength(), lanes, lanesFree);
    List<Piece<?, ?>> pieces = mostUrgent(same, limits.paddedTokens());
    long tokens = pieces.stream().mapToLong(Piece::tokens).sum();
    Optional<Filled> best = Optional.empty();
    while (best.isEmpty() || (!pieces.isEmpty() && 4 * tokens >= 3L * limits.paddedTokens())) {
      best = cheaper(best, filled(kind, pieces, tokens, rowTokens));
      tokens -= pieces.removeLast().tokens();
    }
    return Batch.of(kind, best.get().pieces(), best.get().layout(), limits);
  }

  /** As near to so many tokens as may be: the last is one of which half or more still fits. */
  private static List<Piece<?, ?>> mostUrgent(SameKind same, long tokens) {
    List<Piece<?, ?>> pieces = new ArrayList<>();
    long taken = 0;
    for (Piece<?, ?> piece : same.byUrgency()) {
      if (!pieces.isEmpty() && taken + (piece.tokens() + 1) / 2 > tokens) {
        break;
      }
      pieces.add(piece);
      taken += piece.tokens();
    }
    return pieces;
  }

  private record Filled(List<Piece<?, ?>> pieces, Layout layout, double nanosPerToken) {}

  /** Nothing where these are more than a run takes; one piece never is. */
  private static Optional<Filled> filled(
      BatchKind<?, ?> kind, List<Piece<?, ?>> pieces, long tokens, int rowTokens) {
    List<Integer> lengths = pieces.stream().map(Piece::paddedLength).toList();
    return Layout.shared(lengths, rowTokens, kind.limits().rows())
        .filter(layout -> layout.tokens() <= kind.limits().paddedTokens())
        .map(layout ->
            new Filled(
                List.copyOf(pieces),
                layout,
                kind.cost().nanos(Math.round(layout.work())) / tokens));
  }

  private static Optional<Filled> cheaper(Optional<Filled> one, Optional<Filled> other) {
    return Stream.concat(one.stream(), other.stream())
        .min(Comparator.comparingDouble(Filled::nanosPerToken));
  }
}
