package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.batching.Batcher;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether the task should live. A full queue is work and no reason to die; a run that does not come
 * back is a device that hangs, which nothing but a new task cures.
 */
public final class Liveness {
  private final Batcher batcher;
  private final Duration longestRun;

  /**
   * A watch over one device.
   *
   * @param longestRun a run that takes longer hangs
   */
  public Liveness(Batcher batcher, Duration longestRun) {
    this.batcher = batcher;
    this.longestRun = longestRun;
  }

  /** Not while a run goes on too long, nor when closing has left one behind. */
  public boolean isAlive() {
    if (batcher.hangs()) {
      return false;
    }
    Optional<Duration> oldest = batcher.oldestRun();
    return oldest.isEmpty() || oldest.get().compareTo(longestRun) <= 0;
  }
}
