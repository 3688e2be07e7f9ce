package dev.lockstep.inference.engine;

/**
 * Tensors that a model does not take; the message names the tensor, what was seen and is allowed.
 */
public final class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;

  public InvalidInputException(String problem) {
    super(problem);
    this.problem = problem;
  }

  /** The message, never absent. */
  public String problem() {
    return problem;
  }
}
