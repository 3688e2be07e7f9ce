package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Width;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who runs next, and on how much of the device. Pure: it has no threads and no clock; {@link
 * Batcher} puts both around it, and tests put a virtual clock.
 *
 * <p>A lane that becomes free takes what waits at once; there is no timer and no batch is held back
 * to become larger. Three regimes:
 *
 * <ul>
 *   <li><b>idle</b>: one input that nobody waits behind gets the whole device, and the shortest
 *       wait; several are shared by the lanes that are free;
 *   <li><b>busy</b>: each lane runs a batch of its own, and the device does the most work;
 *   <li><b>backlogged</b>: as busy, with larger runs the more wait ({@link BatchLimits}), and,
 *       where the host's work is worth hiding, one full batch is staged ahead: prepared while the
 *       device still runs. Only a full one, because what joins a batch later cannot make a full one
 *       better.
 * </ul>
 *
 * <p>Not safe for use by many threads.
 */
final class Scheduler {
  private final Lanes lanes;
  private final WaitingPieces waiting;
  private int lanesInUse;
  private int staged;

  Scheduler(Lanes lanes) {
    this.lanes = lanes;
    this.waiting = new WaitingPieces(lanes.lanes());
  }

  void add(Piece<?, ?> piece) {
    waiting.add(piece);
  }

  /** Takes back a piece that waits; nothing when it does not wait any more. */
  Optional<Piece<?, ?>> cancel(Piece<?, ?> piece) {
    return waiting.remove(piece);
  }

  List<Piece<?, ?>> cancelIf(Predicate<Piece<?, ?>> chosen) {
    return waiting.removeIf(chosen);
  }

  /** When the most urgent of those who wait gives up. */
  Optional<Deadline> nextDeadline() {
    return waiting.mostUrgent().map(Piece::deadline);
  }

  int waitingPieces() {
    return waiting.size();
  }

  /** Takes out those whose deadline has passed: they would cost the device and serve nobody. */
  List<Piece<?, ?>> expire(long now) {
    List<Piece<?, ?>> expired = new ArrayList<>();
    Optional<Piece<?, ?>> urgent = waiting.mostUrgent();
    while (urgent.isPresent() && urgent.get().deadline().passed(now)) {
      waiting.remove(urgent.get());
      expired.add(urgent.get());
      urgent = waiting.mostUrgent();
    }
    return expired;
  }

  /** The next batch to prepare, when there is one and there is a lane for it or a stage. */
  Optional<Batch<?, ?>> poll() {
    int lanesFree = lanes.lanes() - lanesInUse - staged;
    boolean laneFree = lanesFree > 0;
    boolean stageFree = staged < lanes.stagedAhead();
    Optional<Batch<?, ?>> next =
        laneFree || stageFree
            ? waiting.next(lanesFree).filter(batch -> laneFree || batch.isFull())
            : Optional.empty();
    next.ifPresent(batch -> {
      waiting.take(batch);
      staged++;
    });
    return next;
  }

  /** A batch that was polled does not come to its start: it could not be prepared. */
  void unstage() {
    staged--;
  }

  /** Whether a prepared batch may start now. */
  boolean mayStart() {
    return lanesInUse < lanes.lanes();
  }

  /** A prepared batch starts; what it is told is how much of the device is its own. */
  Width start() {
    staged--;
    boolean alone = lanesInUse == 0 && staged == 0 && waiting.isEmpty();
    Width width = alone ? Width.WHOLE : Width.LANE;
    lanesInUse += lanes.used(width);
    return width;
  }

  void finished(Width width) {
    lanesInUse -= lanes.used(width);
  }
}
