package dev.lockstep.inference.batching;

import dev.lockstep.inference.settings.Bounds;

/**
 * How large one run of a model may be.
 *
 * @param paddedTokens rows x padded length of a batch, at most
 * @param rows rows of a batch, at most
 * @param lengthMultiple lengths are padded up to a multiple of this: 1 on a CPU, where each token
 *     costs; 8 or more on a GPU, whose tiles are computed whole and whose shapes should be few
 */
public record BatchLimits(int paddedTokens, int rows, int lengthMultiple) {
  public BatchLimits {
    Bounds.requireAtLeast(1, "LOCKSTEP_BATCH_TOKENS", paddedTokens);
    Bounds.requireAtLeast(1, "LOCKSTEP_BATCH_ROWS", rows);
    if (lengthMultiple < 1) {
      throw new IllegalArgumentException(
          "lengthMultiple is %d; 1 or more is needed".formatted(lengthMultiple));
    }
  }

  /** The length a row of this many tokens has on the device. */
  public int padded(int length) {
    return Math.ceilDiv(length, lengthMultiple) * lengthMultiple;
  }

  /** Whether rows of a padded length fit in one run. */
  public boolean fits(int rowsTogether, int paddedLength) {
    return rowsTogether <= rows && (long) rowsTogether * paddedLength <= paddedTokens;
  }
}
