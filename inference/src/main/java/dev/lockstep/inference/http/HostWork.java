package dev.lockstep.inference.http;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads that parse, tokenize and write: as many as there are cores, because all three compute
 * and wait for nothing. What waits for them is bounded by admission, which comes before.
 */
@Singleton
final class HostWork implements Executor {
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          Thread.ofPlatform().name("host-", 0).daemon().factory());

  @Override
  public void execute(Runnable work) {
    threads.execute(work);
  }

  @PreDestroy
  void close() {
    threads.close();
  }
}
