package dev.lockstep.inference.batching;

/**
 * An input with its size.
 *
 * @param length tokens of each row, before padding
 * @param rows rows it brings to a batch; a text is one
 */
public record Sized<I>(I input, int length, int rows) {
  public Sized {
    if (length < 1 || rows < 1) {
      throw new IllegalArgumentException(
          "an input has %d rows of %d tokens; 1 or more are needed".formatted(rows, length));
    }
  }

  public long tokens() {
    return (long) rows * length;
  }
}
