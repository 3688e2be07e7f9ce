package dev.lockstep.drills.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Real time, with one thread for all events. Other threads hand theirs in with {@link #at}. */
public final class WallTimeline implements Timeline, AutoCloseable {
  private final InstantSource clock = InstantSource.system();
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
    this.failed = failed;
  }

  @Override
  public Instant instant() {
    return clock.instant();
  }

  @Override
  public void at(Instant when, Runnable event) {
    long delay = Math.max(0, Duration.between(instant(), when).toNanos());
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
