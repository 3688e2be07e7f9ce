package dev.lockstep.scaler.trigger;

/** Stays inside this package: callers see {@link Parsed.Refused}. */
final class MalformedPayloadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;

  MalformedPayloadException(String problem) {
    super(problem);
    this.problem = problem;
  }

  /** Names the field, what was seen in it and what is allowed. */
  String problem() {
    return problem;
  }
}
