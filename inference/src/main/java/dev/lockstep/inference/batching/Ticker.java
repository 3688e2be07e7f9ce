package dev.lockstep.inference.batching;

/**
 * A monotonic clock, handed in so that tests can turn it. Nanoseconds from an origin of its own;
 * only differences mean something.
 */
@FunctionalInterface
public interface Ticker {
  Ticker SYSTEM = System::nanoTime;

  long nanos();
}
