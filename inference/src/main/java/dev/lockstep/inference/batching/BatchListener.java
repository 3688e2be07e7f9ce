package dev.lockstep.inference.batching;

/** Told of each batch that ran, on the worker's thread: be quick. */
@FunctionalInterface
public interface BatchListener {
  BatchListener NONE = _ -> {};

  void ran(BatchReport report);
}
