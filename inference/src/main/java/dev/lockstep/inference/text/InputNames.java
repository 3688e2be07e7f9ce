package dev.lockstep.inference.text;

/**
 * What a client calls its texts, for complaints about them.
 *
 * @param list the field that holds them
 * @param single whether that field is the one text itself
 */
public record InputNames(String list, boolean single) {
  /** Texts in a list called {@code input}. */
  public static final InputNames INPUT = new InputNames("input", false);

  String of(int index) {
    return single ? list : list + "[" + index + "]";
  }
}
