package dev.lockstep.inference.text;

/**
 * How much one request may ask for, checked before its texts are tokenized.
 *
 * @param inputs texts in a request
 * @param characters characters of a text
 */
public record Limits(int inputs, int characters) {
  public static final Limits DEFAULT = new Limits(256, 8192);

  public Limits {
    if (inputs < 1 || characters < 1) {
      throw new IllegalArgumentException(
          "%d inputs of %d characters; 1 or more are needed".formatted(inputs, characters));
    }
  }
}
