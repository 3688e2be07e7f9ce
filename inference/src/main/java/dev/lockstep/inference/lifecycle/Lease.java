package dev.lockstep.inference.lifecycle;

import java.util.concurrent.atomic.AtomicBoolean;

/** A model in use: it stays open until the lease is closed. Closing twice is closing once. */
public final class Lease implements AutoCloseable {
  private final ModelState.Ready state;
  private final AtomicBoolean closed = new AtomicBoolean();

  Lease(ModelState.Ready state) {
    this.state = state;
  }

  public ServedModel model() {
    return state.model();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      state.release();
    }
  }
}
