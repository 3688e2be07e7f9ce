package dev.lockstep.inference.serving;

import dev.lockstep.inference.batching.Lanes;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Where requests are parsed, tokenized and answered: off the event loops, which carry the bytes of
 * all connections. All three compute and wait for nothing, so that there are as many threads as
 * cores; what waits for them is bounded by admission, which comes before.
 *
 * <p>Only a small answer is not made here where the device is the host's own cores: it is written
 * where its result is, on a lane, because waking another thread takes as long as writing it.
 */
@Singleton
final class HostWork {
  /** Some hundred tokens: a fraction of a millisecond. */
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

  /** Who parses and tokenizes. */
  Executor reader() {
    return threads;
  }

  /**
   * Who writes the answer to a request of this size.
   *
   * @param bodyBytes negative when it is not known
   */
  Executor writer(long bodyBytes) {
    boolean small = bodyBytes >= 0 && bodyBytes <= SMALL_BYTES;
    return laneIsHost && small ? HERE : threads;
  }

  @PreDestroy
  void close() {
    threads.close();
  }
}
