package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Width;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * What callers, lanes and the watch over deadlines share of one device: the {@link Scheduler}, the
 * {@link Load} and the runs under way, behind one lock. Nobody is told anything while it is held.
 */
final class DeviceQueue {
  /** Until when an errand waits for a lane: half of the default budget. */
  private static final Duration ERRAND_PATIENCE = Duration.ofMillis(100);

  private final Ticker ticker;
  private final Scheduler scheduler;
  private final Load load;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition laneFree = lock.newCondition();
  private final Condition arrived = lock.newCondition();
  private final Set<Batch<?, ?>> onDevice = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Errand> errands = new ArrayDeque<>();
  private final List<Piece<?, ?>> overdue = new ArrayList<>();

  /** Until when the watch over deadlines sleeps; nothing when until it is woken. */
  private Optional<Deadline> watchSleepsUntil = Optional.empty();

  private long sequence;
  private boolean closed;
  private boolean abandoning;

  DeviceQueue(Lanes lanes, Ticker ticker) {
    this.ticker = ticker;
    this.scheduler = new Scheduler(lanes);
    this.load = new Load(lanes);
  }

  /**
   * Work of the host for a worker that comes from its run.
   *
   * @param latest when somebody else does it, because runs may be long, and may hang
   */
  private record Errand(Runnable work, Deadline latest) {}

  /** Whom the watch over deadlines looks after: those who give up, and errands left undone. */
  record Overdue(List<Piece<?, ?>> pieces, List<Runnable> errands) {}

  static IllegalStateException closedException() {
    return new IllegalStateException("the server has stopped");
  }

  /** Lets a caller's inputs wait; the pieces are none, and he is told, when it has closed. */
  <I, O> List<Piece<I, O>> add(
      BatchKind<I, O> kind, List<Sized<I>> inputs, Deadline deadline, Submission<O> submission) {
    List<Piece<I, O>> pieces = new ArrayList<>(inputs.size());
    lock.lock();
    try {
      if (!closed) {
        long now = ticker.nanos();
        for (Sized<I> input : inputs) {
          double least = Load.leastNanos(kind, input.rows(), input.length());
          int index = pieces.size();
          pieces.add(new Piece<>(kind, input, deadline, now, sequence++, submission, index, least));
        }
        let(pieces);
        wakeWatchIfLate();
        return pieces;
      }
    } finally {
      lock.unlock();
    }
    submission.fail(closedException());
    return List.of();
  }

  /** Lets pieces wait again; false when it has closed. */
  boolean addAgain(List<? extends Piece<?, ?>> pieces) {
    lock.lock();
    try {
      if (!closed) {
        let(pieces);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void let(List<? extends Piece<?, ?>> pieces) {
    pieces.forEach(scheduler::add);
    pieces.forEach(load::waits);
    tellWorkers(pieces.size());
  }

  /**
   * One worker for one piece: the others would wake for nothing, and where the device is the host
   * they take a core from the run.
   */
  private void tellWorkers(int pieces) {
    if (pieces == 1) {
      work.signal();
    } else if (pieces > 1) {
      work.signalAll();
    }
  }

  /** As {@link Batcher#betweenRuns}. */
  boolean betweenRuns(Runnable work) {
    lock.lock();
    try {
      boolean busy = !closed && !scheduler.mayStart();
      if (busy) {
        errands.add(new Errand(work, Deadline.after(ticker, ERRAND_PATIENCE)));
        wakeWatchIfLate();
      }
      return busy;
    } finally {
      lock.unlock();
    }
  }

  /** For a worker that comes from its run, before its next batch. */
  Optional<Runnable> nextErrand() {
    lock.lock();
    try {
      return Optional.ofNullable(errands.poll()).map(Errand::work);
    } finally {
      lock.unlock();
    }
  }

  /** When the watch over deadlines has something to do. */
  private Optional<Deadline> nextWatch() {
    return Stream.concat(
            scheduler.nextDeadline().stream(), errands.stream().limit(1).map(Errand::latest))
        .min(Comparator.naturalOrder());
  }

  /** Waking it for each input would cost more than forming a batch does. */
  private void wakeWatchIfLate() {
    Optional<Deadline> next = nextWatch();
    boolean inTime =
        watchSleepsUntil.isPresent()
            && next.isPresent()
            && watchSleepsUntil.get().compareTo(next.get()) <= 0;
    if (!inTime) {
      arrived.signal();
    }
  }

  /** Takes back those that still wait. */
  void remove(List<? extends Piece<?, ?>> pieces) {
    lock.lock();
    try {
      for (Piece<?, ?> piece : pieces) {
        scheduler.cancel(piece).ifPresent(load::leaves);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Fails the callers of a batch, and takes out what else of theirs waits. */
  void fail(Batch<?, ?> batch, Throwable why) {
    batch.pieces().forEach(piece -> piece.parent().fail(why));
    lock.lock();
    try {
      scheduler.cancelIf(piece -> piece.parent().isOver()).forEach(load::leaves);
    } finally {
      lock.unlock();
    }
  }

  /** As {@link Batcher#predict}. */
  Prediction predict(BatchKind<?, ?> kind, long tokens) {
    lock.lock();
    try {
      return load.predict(kind, tokens, ticker.nanos());
    } finally {
      lock.unlock();
    }
  }

  /** As {@link Batcher#roughDelay}. */
  Duration roughDelay(Duration expected, Duration unread) {
    lock.lock();
    try {
      return load.roughDelay(expected, unread, ticker.nanos());
    } finally {
      lock.unlock();
    }
  }

  /** As {@link Batcher#backlog}. */
  Duration backlog() {
    lock.lock();
    try {
      return load.backlog(ticker.nanos());
    } finally {
      lock.unlock();
    }
  }

  /** As {@link Batcher#waiting}. */
  int waiting() {
    lock.lock();
    try {
      return scheduler.waitingPieces();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link Batcher#oldestRun}. */
  Optional<Duration> oldestRun() {
    lock.lock();
    try {
      return load.oldestRun(ticker.nanos());
    } finally {
      lock.unlock();
    }
  }

  /** The next batch to prepare, as soon as there is one and a lane or a stage for it. */
  Batch<?, ?> awaitBatch() throws InterruptedException {
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
        work.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A batch does not come to its start: it could not be prepared. */
  void unstage(Batch<?, ?> batch) {
    lock.lock();
    try {
      scheduler.unstage();
      load.unstaged(batch);
      tellWorkers(scheduler.waitingPieces());
    } finally {
      lock.unlock();
    }
  }

  /** Starts a batch that is prepared, as soon as a lane is free. */
  Load.Run awaitLane(Batch<?, ?> batch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!scheduler.mayStart()) {
        laneFree.await();
      }
      Width width = scheduler.start();
      onDevice.add(batch);
      // The stage is free: somebody may prepare the batch after this one.
      tellWorkers(scheduler.waitingPieces());
      return load.starts(batch, width, scheduler.waitingPieces() > 0, ticker.nanos());
    } finally {
      lock.unlock();
    }
  }

  /** A run is over, well or not. */
  void ended(Batch<?, ?> batch, Load.Run run) {
    lock.lock();
    try {
      onDevice.remove(batch);
      scheduler.finished(run.width());
      load.ends(run, ticker.nanos());
      laneFree.signalAll();
      tellWorkers(scheduler.waitingPieces());
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

  /** Those who have to be told that their deadline has passed, and errands, when there are some. */
  Overdue awaitOverdue() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!collectOverdue() && !errandIsOverdue()) {
        Optional<Deadline> next = nextWatch();
        watchSleepsUntil = next;
        if (next.isEmpty()) {
          arrived.await();
        } else {
          Duration left = next.get().remaining(ticker.nanos()).plusNanos(1);
          arrived.await(left.toNanos(), TimeUnit.NANOSECONDS);
        }
      }
      List<Runnable> undone = new ArrayList<>();
      while (errandIsOverdue()) {
        undone.add(errands.remove().work());
      }
      Overdue told = new Overdue(List.copyOf(overdue), undone);
      overdue.clear();
      return told;
    } finally {
      lock.unlock();
    }
  }

  private boolean errandIsOverdue() {
    return !errands.isEmpty() && errands.element().latest().passed(ticker.nanos());
  }

  /** Takes nothing any more, and gives back what waits. */
  Overdue close() {
    lock.lock();
    try {
      closed = true;
      List<Piece<?, ?>> left = scheduler.cancelIf(_ -> true);
      left.forEach(load::leaves);
      List<Runnable> undone = errands.stream().map(Errand::work).toList();
      errands.clear();
      return new Overdue(left, undone);
    } finally {
      lock.unlock();
    }
  }

  /** Gives up the runs that have not ended. */
  List<Batch<?, ?>> abandon() {
    lock.lock();
    try {
      abandoning = !onDevice.isEmpty();
      return List.copyOf(onDevice);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a run that was given up has not ended to this day. */
  boolean hangs() {
    lock.lock();
    try {
      return abandoning && !onDevice.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
