package dev.lockstep.inference.text;

/**
 * How much one request may ask for.
 *
 * @param maxInputs texts in a request
 * @param maxCharacters characters of a text, checked before it is tokenized
 */
public record Limits(int maxInputs, int maxCharacters) {
  public static final Limits DEFAULT = new Limits(256, 8192);
}
