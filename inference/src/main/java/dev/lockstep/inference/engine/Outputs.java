package dev.lockstep.inference.engine;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a run gave, lent for as long as it is read: its numbers may lie in memory that a later run
 * writes to once this is closed. What is never closed costs its memory once, and nothing else.
 */
public final class Outputs implements AutoCloseable {
  private final Map<String, Tensor> tensors;
  private final Runnable giveBack;
  private final AtomicBoolean closed = new AtomicBoolean();

  Outputs(Map<String, Tensor> tensors, Runnable giveBack) {
    this.tensors = Map.copyOf(tensors);
    this.giveBack = giveBack;
  }

  /** Tensors that nobody wants back. */
  static Outputs owned(Map<String, Tensor> tensors) {
    return new Outputs(tensors, () -> {});
  }

  /** By name. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /** Gives them back. Closing twice is closing once. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      giveBack.run();
    }
  }
}
