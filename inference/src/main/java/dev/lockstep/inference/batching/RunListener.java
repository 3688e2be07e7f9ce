package dev.lockstep.inference.batching;

/**
 * Told by one caller's request of each run that some of its inputs were in: once a run, on the
 * worker's thread, so be quick. A run that fails is not told of.
 */
@FunctionalInterface
public interface RunListener {
  RunListener NONE = _ -> {};

  /**
   * A run and the wait before it, on the line of the {@link Ticker}.
   *
   * @param queuedNanos when the caller's inputs began to wait
   * @param startedNanos when the device began
   * @param endedNanos when the device ended
   * @param report what was in it, other callers' inputs included
   */
  record Run(long queuedNanos, long startedNanos, long endedNanos, BatchReport report) {}

  void ran(Run run);
}
