package dev.lockstep.inference.batching;

/** The caller's deadline passed before its inputs reached the device. They did not run. */
public final class DeadlineExceededException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DeadlineExceededException() {
    super("the deadline passed before the device was free");
  }
}
