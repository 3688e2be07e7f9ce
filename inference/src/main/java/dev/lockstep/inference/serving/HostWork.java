package dev.lockstep.inference.serving;

import dev.lockstep.inference.batching.Batcher;
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
 * <p>Only small requests and answers are not worked on here where the device is the host's own
 * cores, because waking another thread takes as long as the work. An answer is written where its
 * result is, on a lane. A request that comes while every lane is busy waits to be read by the first
 * that is free, with the others that came meanwhile: it could not run before that anyway.
 */
@Singleton
final class HostWork {
  /** Some hundred tokens: a fraction of a millisecond. */
  private static final int SMALL_BYTES = 2_048;

  private static final Executor HERE = Runnable::run;

  private final Batcher batcher;
  private final boolean laneIsHost;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          Thread.ofPlatform().name("host-", 0).daemon().factory());

  HostWork(Batcher batcher, Lanes lanes) {
    this.batcher = batcher;
    this.laneIsHost = lanes.stagedAhead() == 0;
  }

  /**
   * Who parses and tokenizes a request of this size.
   *
   * @param bodyBytes negative when it is not known
   * @param budget nothing of one that the caller has set is spent on waiting to be read
   */
  Executor reader(long bodyBytes, Budget budget) {
    boolean mayWait = laneIsHost && isSmall(bodyBytes) && budget.given().isEmpty();
    return mayWait ? this::readBetweenRuns : threads;
  }

  private void readBetweenRuns(Runnable reading) {
    if (!batcher.betweenRuns(reading)) {
      threads.execute(reading);
    }
  }

  /**
   * Who writes the answer to a request of this size.
   *
   * @param bodyBytes negative when it is not known
   */
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
