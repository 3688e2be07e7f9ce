package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Width;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What may run together: inputs of one model in one shape family. Inputs share a run only when
 * their kinds are equal.
 *
 * @param <I> an input
 * @param <O> its output
 */
public interface BatchKind<I, O> {

  BatchLimits limits();

  CostModel cost();

  /**
   * How many tokens a row has at most that several inputs share, one behind the other; nothing
   * where each input has rows of its own.
   */
  default OptionalInt sharedRowTokens() {
    return OptionalInt.empty();
  }

  /**
   * The host's part: pads and copies. It may happen while the device runs another batch.
   *
   * @param inputs in the order in which outputs are wanted
   * @param layout where each of them lies on the device
   */
  Prepared<O> prepare(List<I> inputs, Layout layout);

  /** A batch that lacks nothing but the device. */
  @FunctionalInterface
  interface Prepared<O> {
    /**
     * The device's part. What it returns is the rest of the host's work, for when the device is
     * free again: one output an input, in order.
     */
    Supplier<List<O>> run(Width width);
  }
}
