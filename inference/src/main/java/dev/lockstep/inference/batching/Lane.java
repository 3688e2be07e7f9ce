package dev.lockstep.inference.batching;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One of the workers of a device: takes a batch, prepares it, waits for its lane, runs it and hands
 * out the results. The inputs of a failed run are run again, each alone: the one that is bad fails
 * its own caller and nobody else.
 */
final class Lane implements Workers.Loop {
  private final DeviceQueue queue;
  private final Ticker ticker;
  private final BatchListener listener;

  Lane(DeviceQueue queue, Ticker ticker, BatchListener listener) {
    this.queue = queue;
    this.ticker = ticker;
    this.listener = listener;
  }

  @Override
  public void run() throws InterruptedException {
    while (true) {
      runErrands();
      run(queue.awaitBatch());
    }
  }

  private void runErrands() {
    Optional<Runnable> errand = queue.nextErrand();
    while (errand.isPresent()) {
      errand.get().run();
      errand = queue.nextErrand();
    }
  }

  private <I, O> void run(Batch<I, O> batch) throws InterruptedException {
    long formed = ticker.nanos();
    try {
      BatchKind.Prepared<O> prepared = prepare(batch);
      Load.Run run = queue.awaitLane(batch);
      Supplier<List<O>> rest = run(batch, prepared, run);
      long ended = ticker.nanos();
      BatchReport report = batch.report(formed, run.startedNanos(), ended, run.width());
      listener.ran(report);
      batch.tell(report, run.startedNanos(), ended);
      handOut(batch, rest.get());
    } catch (InterruptedException closing) {
      queue.fail(batch, DeviceQueue.closedException());
      throw closing;
    } catch (RuntimeException | Error failed) {
      failed(batch, failed);
    }
  }

  private <I, O> BatchKind.Prepared<O> prepare(Batch<I, O> batch) {
    boolean prepared = false;
    try {
      BatchKind.Prepared<O> ready = batch.kind().prepare(batch.inputs(), batch.layout());
      prepared = true;
      return ready;
    } finally {
      if (!prepared) {
        queue.unstage(batch);
      }
    }
  }

  private <O> Supplier<List<O>> run(
      Batch<?, O> batch, BatchKind.Prepared<O> prepared, Load.Run run) {
    try {
      return prepared.run(run.width());
    } finally {
      queue.ended(batch, run);
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
    boolean apart =
        batch.pieces().size() > 1 && !(why instanceof Error) && queue.addAgain(apart(batch));
    if (!apart) {
      queue.fail(batch, why);
    }
  }

  private static <I, O> List<Piece<I, O>> apart(Batch<I, O> batch) {
    return batch.pieces().stream()
        .filter(piece -> !piece.parent().isOver())
        .map(Piece::alone)
        .toList();
  }
}
