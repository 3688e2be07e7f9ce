package dev.lockstep.drills.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Real time, or a multiple of it, with one thread for all events. Other threads hand theirs in with
 * {@link #at}. It begins now and goes on evenly: what sets the machine's clock does not move it.
 */
public final class WallTimeline implements Timeline, AutoCloseable {
  private final Instant origin = Instant.now();
  private final long originNanos = System.nanoTime();
  private final int pace;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("timeline").daemon().factory());
  private final Consumer<RuntimeException> failed;

  /**
   * Starts at once.
   *
   * @param failed told of an event that threw; the others go on
   */
  public WallTimeline(Consumer<RuntimeException> failed) {
    this(1, failed);
  }

  /**
   * Starts at once.
   *
   * @param pace so many of its seconds pass in one of the machine's
   * @param failed told of an event that threw; the others go on
   */
  public WallTimeline(int pace, Consumer<RuntimeException> failed) {
    if (pace < 1) {
      throw new IllegalArgumentException("the pace is 1 or more, not " + pace);
    }
    this.pace = pace;
    this.failed = failed;
  }

  @Override
  public Instant instant() {
    return origin.plusNanos((System.nanoTime() - originNanos) * pace);
  }

  @Override
  public void at(Instant when, Runnable event) {
    long delay = Math.max(0, Duration.between(instant(), when).toNanos() / pace);
    try {
      var _ = thread.schedule(() -> run(event), delay, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      // Closed: nothing happens any more, which is what closing is for.
    }
  }

  /** Does something on the timeline's thread and waits for it. */
  public <T> T call(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, thread).join();
  }

  private void run(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException problem) {
      failed.accept(problem);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
