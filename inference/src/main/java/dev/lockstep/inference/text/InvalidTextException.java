package dev.lockstep.inference.text;

/** A text that is not embedded: which one, what was seen and what is allowed. */
public final class InvalidTextException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String problem;

  InvalidTextException(String field, String problem) {
    super(field + " " + problem);
    this.field = field;
    this.problem = problem;
  }

  /** Such as {@code input[3]}. */
  public String field() {
    return field;
  }

  /** Without the field's name. */
  public String problem() {
    return problem;
  }
}
