package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Width;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts threads and a clock around the {@link Scheduler}: one a device, whatever models share it.
 *
 * <p>A caller's inputs are split into pieces and joined again when the last is done. Each worker
 * takes a batch, prepares it, waits for its lane, runs it and hands out the results. The inputs of
 * a failed run are run again, each alone: the one that is bad fails its own caller and nobody else.
 */
public final class Batcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

  /** Whoever closes has drained before, so a run that still goes on is one that hangs. */
  private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(2);

  private final Ticker ticker;
  private final BatchListener listener;
  private final Scheduler scheduler;
  private final Load load;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition arrived = lock.newCondition();
  private final Workers workers = new Workers();
  private final Set<Batch<?, ?>> onDevice = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Piece<?, ?>> overdue = new ArrayList<>();

  /** Until when the watch over deadlines sleeps; nothing when until it is woken. */
  private Optional<Deadline> watchSleepsUntil = Optional.empty();

  private long sequence;
  private boolean closed;
  private boolean abandoning;

  private Batcher(Lanes lanes, Ticker ticker, BatchListener listener) {
    this.ticker = ticker;
    this.listener = listener;
    this.scheduler = new Scheduler(lanes);
    this.load = new Load(lanes);
  }

  /** Starts the workers: one a lane, and one for each batch that is staged ahead. */
  public static Batcher start(Lanes lanes, Ticker ticker, BatchListener listener) {
    Batcher batcher = new Batcher(lanes, ticker, listener);
    for (int i = 0; i < lanes.lanes() + lanes.stagedAhead(); i++) {
      batcher.workers.start("device-" + i, batcher::work);
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
    Submission<O> submission = new Submission<>(inputs.size(), caller.runs());
    List<Piece<I, O>> pieces = enqueue(kind, inputs, caller.deadline(), submission);
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

  private <I, O> List<Piece<I, O>> enqueue(
      BatchKind<I, O> kind, List<Sized<I>> inputs, Deadline deadline, Submission<O> submission) {
    List<Piece<I, O>> pieces = new ArrayList<>(inputs.size());
    lock.lock();
    try {
      if (closed) {
        submission.fail(closedException());
        return List.of();
      }
      long now = ticker.nanos();
      for (Sized<I> input : inputs) {
        double least = Load.leastNanos(kind, input.rows(), input.length());
        int index = pieces.size();
        pieces.add(new Piece<>(kind, input, deadline, now, sequence++, submission, index, least));
      }
      pieces.forEach(scheduler::add);
      pieces.forEach(load::waits);
      changed.signalAll();
      wakeWatchIfLate();
      return pieces;
    } finally {
      lock.unlock();
    }
  }

  /** Waking it for each input would cost more than forming a batch does. */
  private void wakeWatchIfLate() {
    Optional<Deadline> next = scheduler.nextDeadline();
    boolean inTime =
        watchSleepsUntil.isPresent()
            && next.isPresent()
            && watchSleepsUntil.get().compareTo(next.get()) <= 0;
    if (!inTime) {
      arrived.signal();
    }
  }

  /** How long inputs of this many tokens would take from now to their answer. */
  public Prediction predict(BatchKind<?, ?> kind, long tokens) {
    lock.lock();
    try {
      return load.predict(kind, tokens, ticker.nanos());
    } finally {
      lock.unlock();
    }
  }

  /**
   * From now to the answer of work that was not looked at.
   *
   * @param expected device time that it will ask for; counts only while others wait
   */
  public Duration roughDelay(Duration expected) {
    lock.lock();
    try {
      return load.roughDelay(expected, ticker.nanos());
    } finally {
      lock.unlock();
    }
  }

  /** How long work that takes no time itself would wait now. */
  public Duration backlog() {
    lock.lock();
    try {
      return load.backlog(ticker.nanos());
    } finally {
      lock.unlock();
    }
  }

  /** Inputs that wait. */
  public int waiting() {
    lock.lock();
    try {
      return scheduler.waitingPieces();
    } finally {
      lock.unlock();
    }
  }

  /** How long the oldest run has been on the device; empty while it is idle. */
  public Optional<Duration> oldestRun() {
    lock.lock();
    try {
      return load.oldestRun(ticker.nanos());
    } finally {
      lock.unlock();
    }
  }

  /** Takes back those that still wait, and fails their callers. */
  private void abandon(List<? extends Piece<?, ?>> pieces, Throwable why) {
    lock.lock();
    try {
      for (Piece<?, ?> piece : pieces) {
        scheduler.cancel(piece).ifPresent(load::leaves);
      }
    } finally {
      lock.unlock();
    }
    pieces.forEach(piece -> piece.parent().fail(why));
  }

  private void work() throws InterruptedException {
    while (true) {
      run(awaitBatch());
    }
  }

  private Batch<?, ?> awaitBatch() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (collectOverdue()) {
          arrived.signal();
        }
        Optional<Batch<?, ?>> batch = scheduler.poll();
        if (batch.isPresent()) {
          batch.get().pieces().forEach(load::leaves);
          load.staged(batch.get());
          return batch.get();
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private <I, O> void run(Batch<I, O> batch) throws InterruptedException {
    long formed = ticker.nanos();
    try {
      BatchKind.Prepared<O> prepared = prepare(batch);
      Load.Run run = awaitLane(batch);
      Supplier<List<O>> rest = run(batch, prepared, run);
      long ended = ticker.nanos();
      BatchReport report = batch.report(formed, run.startedNanos(), ended, run.width());
      listener.ran(report);
      batch.tell(report, run.startedNanos(), ended);
      handOut(batch, rest.get());
    } catch (InterruptedException closing) {
      fail(batch, closedException());
      throw closing;
    } catch (RuntimeException | Error failed) {
      failed(batch, failed);
    }
  }

  private <I, O> BatchKind.Prepared<O> prepare(Batch<I, O> batch) {
    boolean prepared = false;
    try {
      BatchKind.Prepared<O> ready = batch.kind().prepare(batch.inputs(), batch.paddedLength());
      prepared = true;
      return ready;
    } finally {
      if (!prepared) {
        unstage(batch);
      }
    }
  }

  private void unstage(Batch<?, ?> batch) {
    lock.lock();
    try {
      scheduler.unstage();
      load.unstaged(batch);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Load.Run awaitLane(Batch<?, ?> batch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!scheduler.mayStart()) {
        changed.await();
      }
      Width width = scheduler.start();
      onDevice.add(batch);
      // The stage is free: somebody may prepare the batch after this one.
      changed.signalAll();
      return load.starts(batch, width, scheduler.waitingPieces() > 0, ticker.nanos());
    } finally {
      lock.unlock();
    }
  }

  private <O> Supplier<List<O>> run(
      Batch<?, O> batch, BatchKind.Prepared<O> prepared, Load.Run run) {
    try {
      return prepared.run(run.width());
    } finally {
      lock.lock();
      try {
        onDevice.remove(batch);
        scheduler.finished(run.width());
        load.ends(run, ticker.nanos());
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private static <I, O> void handOut(Batch<I, O> batch, List<O> outputs) {
    if (outputs.size() != batch.pieces().size()) {
      throw new IllegalStateException(
          "a run of %d inputs gave %d outputs".formatted(batch.pieces().size(), outputs.size()));
    }
    for (int i = 0; i < outputs.size(); i++) {
      Piece<I, O> piece = batch.pieces().get(i);
      piece.parent().complete(piece.index(), outputs.get(i));
    }
  }

  /** A batch of several is taken apart, so that one bad input fails its own caller alone. */
  private <I, O> void failed(Batch<I, O> batch, Throwable why) {
    if (batch.pieces().size() == 1 || why instanceof Error) {
      fail(batch, why);
      return;
    }
    lock.lock();
    try {
      if (!closed) {
        List<Piece<I, O>> apart =
            batch.pieces().stream()
                .filter(piece -> !piece.parent().isOver())
                .map(Piece::alone)
                .toList();
        apart.forEach(scheduler::add);
        apart.forEach(load::waits);
        changed.signalAll();
        return;
      }
    } finally {
      lock.unlock();
    }
    fail(batch, why);
  }

  private void fail(Batch<?, ?> batch, Throwable why) {
    batch.pieces().forEach(piece -> piece.parent().fail(why));
    lock.lock();
    try {
      scheduler.cancelIf(piece -> piece.parent().isOver()).forEach(load::leaves);
    } finally {
      lock.unlock();
    }
  }

  /** Takes out who has waited past the deadline; tells whether there is anybody to be told. */
  private boolean collectOverdue() {
    List<Piece<?, ?>> expired = scheduler.expire(ticker.nanos());
    expired.forEach(load::leaves);
    overdue.addAll(expired);
    return !overdue.isEmpty();
  }

  /** Tells those who give up, while every lane is busy too, and outside the lock. */
  private void watchDeadlines() throws InterruptedException {
    while (true) {
      for (Piece<?, ?> piece : awaitOverdue()) {
        piece.parent().fail(new DeadlineExceededException());
      }
    }
  }

  private List<Piece<?, ?>> awaitOverdue() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!collectOverdue()) {
        Optional<Deadline> next = scheduler.nextDeadline();
        watchSleepsUntil = next;
        if (next.isEmpty()) {
          arrived.await();
        } else {
          Duration left = next.get().remaining(ticker.nanos()).plusNanos(1);
          arrived.await(left.toNanos(), TimeUnit.NANOSECONDS);
        }
      }
      List<Piece<?, ?>> told = List.copyOf(overdue);
      overdue.clear();
      return told;
    } finally {
      lock.unlock();
    }
  }

  private static IllegalStateException closedException() {
    return new IllegalStateException("the server has stopped");
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
    lock.lock();
    try {
      closed = true;
      List<Piece<?, ?>> left = scheduler.cancelIf(_ -> true);
      left.forEach(load::leaves);
      left.forEach(piece -> piece.parent().fail(closedException()));
    } finally {
      lock.unlock();
    }
    return workers.stop(patience) ? List.of() : abandonRuns();
  }

  private List<String> abandonRuns() {
    List<Batch<?, ?>> hanging;
    Duration oldest;
    lock.lock();
    try {
      abandoning = !onDevice.isEmpty();
      hanging = List.copyOf(onDevice);
      oldest = load.oldestRun(ticker.nanos()).orElse(Duration.ZERO);
    } finally {
      lock.unlock();
    }
    hanging.forEach(batch -> fail(batch, closedException()));
    return hanging.stream()
        .map(batch ->
            "a run of %d rows and %d tokens, after %d ms at most"
                .formatted(batch.rows(), batch.tokens(), oldest.toMillis()))
        .toList();
  }

  /** Whether closing has left a run behind that has not ended to this day. */
  public boolean hangs() {
    lock.lock();
    try {
      return abandoning && !onDevice.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
