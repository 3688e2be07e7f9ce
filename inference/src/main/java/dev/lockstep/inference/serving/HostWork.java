package dev.lockstep.inference.serving;

import dev.lockstep.inference.batching.Lanes;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Where requests are parsed, tokenized and answered. All three compute and wait for nothing, so
 * that there are as many threads as cores; what waits for them is bounded by admission, which comes
 * before.
 *
 * <p>Small requests do not come here: waking another thread takes as long as their work does. They
 * are read where they arrive, on the event loop, and, where the device is the host's own cores,
 * answered where their result is, on a lane.
 */
@Singleton
final class HostWork {
  /** Some hundred tokens of 1.3 us, a thousand of single letters. */
  private static final int SMALL_BYTES = 2_048;

  private static final Executor HERE = Runnable::run;

  private final boolean laneIsHost;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          Thread.ofPlatform().name("host-", 0).daemon().factory());

  HostWork(Lanes lanes) {
    this.laneIsHost = lanes.stagedAhead() == 0;
  }

  /**
   * Who parses and tokenizes.
   *
   * @param bodyBytes negative when it is not known
   */
  Executor reader(long bodyBytes) {
    return isSmall(bodyBytes) ? HERE : threads;
  }

  /** Who writes the answer to a request of this size. */
  Executor writer(long bodyBytes) {
    return laneIsHost && isSmall(bodyBytes) ? HERE : threads;
  }

  private static boolean isSmall(long bodyBytes) {
    return bodyBytes >= 0 && bodyBytes <= SMALL_BYTES;
  }

  @PreDestroy
  void close() {
    threads.close();
  }
}
