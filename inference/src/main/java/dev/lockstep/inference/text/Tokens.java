package dev.lockstep.inference.text;

import java.util.List;
import java.util.Optional;

/**
 * Texts as a model reads them.
 *
 * @param inputs one a text, special tokens included
 */
public record Tokens(List<Sequence> inputs) {
  public Tokens {
    inputs = List.copyOf(inputs);
  }

  /** Of all texts together. */
  public long total() {
    return inputs.stream().mapToLong(sequence -> sequence.ids().length).sum();
  }

  /**
   * One text.
   *
   * @param segments the segment of each token, where the text has two; 0 everywhere otherwise
   */
  // Nobody compares two of them.
  @SuppressWarnings("ArrayRecordComponent")
  public record Sequence(long[] ids, Optional<long[]> segments) {}
}
