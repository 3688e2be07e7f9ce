package dev.lockstep.inference.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Threads that go round until they are stopped. */
final class Workers {
  private final List<Thread> threads = new ArrayList<>();

  /** What a worker does; an interrupt ends it. */
  interface Loop {
    void run() throws InterruptedException;
  }

  void start(String name, Loop loop) {
    threads.add(
        Thread.ofPlatform()
            .name(name)
            .daemon()
            .start(() -> {
              try {
                loop.run();
              } catch (InterruptedException _) {
                // Stopped.
              }
            }));
  }

  /**
   * Interrupts them all and waits for them, whoever interrupts the caller meanwhile.
   *
   * @param patience for all of them together; one that hangs is left behind
   * @return whether every one of them has ended
   */
  boolean stop(Duration patience) {
    threads.forEach(Thread::interrupt);
    long end = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    boolean waiting = true;
    while (waiting) {
      try {
        for (Thread thread : threads) {
          thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        waiting = false;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return threads.stream().noneMatch(Thread::isAlive);
  }
}
