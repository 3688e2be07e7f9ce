package dev.lockstep.inference.batching;

import dev.lockstep.inference.settings.Bounds;

/**
 * How large one run of a model may be.
 *
 * <p>A lane does more work in larger runs, and those in them wait longer for each other. So a run
 * is as large as this only where many wait:
 *
 * <pre>
 *   tokens of a run = waiting / (2 x lanes), from a usual run up to the limit
 * </pre>
 *
 * which leaves as much again for each lane.
 *
 * @param paddedTokens rows x padded length of a batch, at most
 * @param usualTokens of a batch that few wait behind, at most
 * @param rows rows of a batch, at most
 * @param lengthMultiple lengths are padded up to a multiple of this: 1 on a CPU, where each token
 *     costs; 8 or more on a GPU, whose tiles are computed whole and whose shapes should be few
 */
public record BatchLimits(int paddedTokens, int usualTokens, int rows, int lengthMultiple) {
  public BatchLimits {
    Bounds.requireAtLeast(1, "LOCKSTEP_BATCH_TOKENS", paddedTokens);
    Bounds.requireAtLeast(1, "LOCKSTEP_BATCH_ROWS", rows);
    if (usualTokens < 1 || usualTokens > paddedTokens) {
      throw new IllegalArgumentException(
          "usualTokens is %d; from 1 to %d are allowed".formatted(usualTokens, paddedTokens));
    }
    if (lengthMultiple < 1) {
      throw new IllegalArgumentException(
          "lengthMultiple is %d; 1 or more is needed".formatted(lengthMultiple));
    }
  }

  /** A usual run is two thirds of the largest. */
  public BatchLimits(int paddedTokens, int rows, int lengthMultiple) {
    this(paddedTokens, Math.toIntExact(Math.ceilDiv(2L * paddedTokens, 3)), rows, lengthMultiple);
  }

  /** The length a row of this many tokens has on the device. */
  public int padded(int length) {
    return Math.ceilDiv(length, lengthMultiple) * lengthMultiple;
  }

  /** The limits of the next run of one of the lanes, while so many tokens wait. */
  BatchLimits whileWaiting(long tokens, int lanes) {
    return withTokens(tokens / (2L * lanes), usualTokens);
  }

  /** The same for a run of fewer tokens: those asked for, but some at least. */
  public BatchLimits withTokens(long tokens, int atLeast) {
    int limit = Math.clamp(tokens, Math.min(atLeast, paddedTokens), paddedTokens);
    return new BatchLimits(limit, Math.min(usualTokens, limit), rows, lengthMultiple);
  }

  /** Whether rows of a padded length fit in one run. */
  public boolean fits(int rowsTogether, int paddedLength) {
    return rowsTogether <= rows && (long) rowsTogether * paddedLength <= paddedTokens;
  }
}
