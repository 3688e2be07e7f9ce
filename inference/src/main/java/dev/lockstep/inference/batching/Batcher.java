package dev.lockstep.inference.batching;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts threads and a clock around the {@link Scheduler}: one a device, whatever models share it. A
 * caller's inputs are split into pieces and joined again when the last is done; between the two
 * they are in the hands of the {@link Lane}s.
 */
public final class Batcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

  /** Whoever closes has drained before, so a run that still goes on is one that hangs. */
  private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(2);

  private final DeviceQueue queue;
  private final Workers workers = new Workers();

  private Batcher(DeviceQueue queue) {
    this.queue = queue;
  }

  /** Starts the workers: one a lane, and one for each batch that is staged ahead. */
  public static Batcher start(Lanes lanes, Ticker ticker, BatchListener listener) {
    Batcher batcher = new Batcher(new DeviceQueue(lanes, ticker));
    for (int i = 0; i < lanes.lanes() + lanes.stagedAhead(); i++) {
      batcher.workers.start("device-" + i, new Lane(batcher.queue, ticker, listener));
    }
    batcher.workers.start("deadlines", batcher::watchDeadlines);
    return batcher;
  }

  /**
   * Runs inputs, together with whatever else waits.
   *
   * @return the outputs in the order of the inputs; or {@link DeadlineExceededException}, {@link
   *     CancellationException}, or what a run threw
   * @throws IllegalArgumentException when an input does not fit in one run even alone
   */
  public <I, O> CompletableFuture<List<O>> submit(
      BatchKind<I, O> kind, List<Sized<I>> inputs, Caller caller) {
    if (inputs.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    inputs.forEach(input -> requireFits(kind, input));
    Submission<O> submission = new Submission<>(inputs.size(), caller.runs(), caller.unread());
    List<Piece<I, O>> pieces = queue.add(kind, inputs, caller.deadline(), submission);
    caller
        .cancellation()
        .onCancel(() -> abandon(pieces, new CancellationException("the caller has gone")));
    return submission.result();
  }

  private static void requireFits(BatchKind<?, ?> kind, Sized<?> input) {
    BatchLimits limits = kind.limits();
    int padded = limits.padded(input.length());
    if (!limits.fits(input.rows(), padded)) {
      throw new IllegalArgumentException(
          "%d rows of %d tokens do not fit in one run, which holds %d rows and %d padded tokens"
              .formatted(input.rows(), padded, limits.rows(), limits.paddedTokens()));
    }
  }

  /** Takes back those that still wait, and fails their callers. */
  private void abandon(List<? extends Piece<?, ?>> pieces, Throwable why) {
    queue.remove(pieces);
    pieces.forEach(piece -> piece.parent().fail(why));
  }

  /** How long inputs of this many tokens would take from now to their answer. */
  public Prediction predict(BatchKind<?, ?> kind, long tokens) {
    return queue.predict(kind, tokens);
  }

  /**
   * From now to the answer of work that was not looked at, with more caution than {@link #predict}.
   *
   * @param expected device time that it will ask for; counts only while others wait
   * @param unread device time of others that were let in and not looked at yet
   */
  public Duration roughDelay(Duration expected, Duration unread) {
    return queue.roughDelay(expected, unread);
  }

  /**
   * Lets a worker do this on the host when it comes from its run, before its next batch; after a
   * while somebody else, should the run take long.
   *
   * @param work takes a fraction of a run, and throws nothing
   * @return whether it will be done: not where a lane is free, which nobody comes from
   */
  public boolean betweenRuns(Runnable work) {
    return queue.betweenRuns(work);
  }

  /** How long work that takes no time itself would wait now. */
  public Duration backlog() {
    return queue.backlog();
  }

  /** Inputs that wait. */
  public int waiting() {
    return queue.waiting();
  }

  /** How long the oldest run has been on the device; empty while it is idle. */
  public Optional<Duration> oldestRun() {
    return queue.oldestRun();
  }

  /** Tells those who give up, while every lane is busy too. */
  private void watchDeadlines() throws InterruptedException {
    while (true) {
      DeviceQueue.Overdue overdue = queue.awaitOverdue();
      overdue.pieces().forEach(piece -> piece.parent().fail(new DeadlineExceededException()));
      overdue.errands().forEach(Runnable::run);
    }
  }

  /** Fails what waits, and waits for the runs under way, but not without end. */
  @Override
  public void close() {
    for (String abandoned : close(CLOSING_PATIENCE)) {
      LOG.error("abandoned on closing: {}", abandoned);
    }
  }

  /**
   * Fails what waits, and waits for the runs under way.
   *
   * @param patience after which a run that has not ended is abandoned: its callers are told, its
   *     thread stays with the device until the process ends
   * @return a line for each run that was abandoned
   */
  List<String> close(Duration patience) {
    DeviceQueue.Overdue left = queue.close();
    left.pieces().forEach(piece -> piece.parent().fail(DeviceQueue.closedException()));
    left.errands().forEach(Runnable::run);
    return workers.stop(patience) ? List.of() : abandonRuns();
  }

  private List<String> abandonRuns() {
    Duration oldest = queue.oldestRun().orElse(Duration.ZERO);
    List<Batch<?, ?>> hanging = queue.abandon();
    hanging.forEach(batch -> queue.fail(batch, DeviceQueue.closedException()));
    return hanging.stream()
        .map(batch ->
            "a run of %d rows and %d tokens, after %d ms at most"
                .formatted(batch.rows(), batch.tokens(), oldest.toMillis()))
        .toList();
  }

  /** Whether closing has left a run behind that has not ended to this day. */
  public boolean hangs() {
    return queue.hangs();
  }
}
