package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Width;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * A device in virtual time around the real {@link Scheduler}: runs take what the cost model says,
 * nothing else takes any time. What comes while every lane is busy is read when one is free. It
 * writes down what happened.
 */
final class VirtualDevice {
  record Started(long at, Batch<?, ?> batch, Width width, List<Piece<?, ?>> leftWaiting) {}

  record Expired(long at, Piece<?, ?> piece) {}

  private record Running(long ends, Batch<?, ?> batch, Load.Run run) {}

  /** Told of a batch that has ended; what it lets arrive comes in time. */
  interface Ended {
    void ended(long at, Batch<?, ?> batch);
  }

  private record Arrival(long at, Piece<?, ?> piece) {}

  /** Who is let in, by the delay that is predicted for him when he comes. */
  interface Door {
    boolean lets(Duration delay);
  }

  private final Lanes lanes;
  private final Ended listener;
  private final Door door;
  private final Load load;
  private final Scheduler scheduler;
  private final PriorityQueue<Arrival> arrivals =
      new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
  private final PriorityQueue<Running> running =
      new PriorityQueue<>((a, b) -> Long.compare(a.ends(), b.ends()));
  private final List<Batch<?, ?>> prepared = new ArrayList<>();
  private final List<Piece<?, ?>> waiting = new ArrayList<>();
  private final List<Piece<?, ?>> unread = new ArrayList<>();
  private Duration unreadWork = Duration.ZERO;

  final List<Started> started = new ArrayList<>();
  final List<Expired> expired = new ArrayList<>();
  final List<Piece<?, ?>> refused = new ArrayList<>();

  VirtualDevice(Lanes lanes) {
    this(lanes, (_, _) -> {});
  }

  VirtualDevice(Lanes lanes, Ended listener) {
    this(lanes, listener, _ -> true);
  }

  VirtualDevice(Lanes lanes, Ended listener, Door door) {
    this.lanes = lanes;
    this.listener = listener;
    this.door = door;
    this.load = new Load(lanes);
    this.scheduler = new Scheduler(lanes);
  }

  void arrives(Piece<?, ?> piece) {
    arrivals.add(new Arrival(piece.arrivedNanos(), piece));
  }

  /** Until nothing is left to do. */
  void play() {
    while (!arrivals.isEmpty() || !running.isEmpty()) {
      long now =
          Math.min(
              arrivals.isEmpty() ? Long.MAX_VALUE : arrivals.peek().at(),
              running.isEmpty() ? Long.MAX_VALUE : running.peek().ends());
      while (!running.isEmpty() && running.peek().ends() == now) {
        Running ended = running.remove();
        scheduler.finished(ended.run().width());
        load.ends(ended.run(), now);
        listener.ended(now, ended.batch());
        readAll();
      }
      while (!arrivals.isEmpty() && arrivals.peek().at() == now) {
        arrive(arrivals.remove().piece(), now);
      }
      dispatch(now);
    }
  }

  private void arrive(Piece<?, ?> piece, long now) {
    Duration own = own(piece, now);
    if (!door.lets(load.roughDelay(own, unreadWork, now))) {
      refused.add(piece);
    } else if (scheduler.mayStart()) {
      read(piece);
    } else {
      unread.add(piece);
      unreadWork = unreadWork.plus(own);
    }
  }

  private Duration own(Piece<?, ?> piece, long now) {
    return load.predict(piece.kind(), piece.tokens(), now).own();
  }

  private void readAll() {
    unread.forEach(this::read);
    unread.clear();
    unreadWork = Duration.ZERO;
  }

  private void read(Piece<?, ?> piece) {
    scheduler.add(piece);
    load.waits(piece);
    waiting.add(piece);
  }

  /** As the workers do: take, prepare, start when a lane is free, until nobody can go on. */
  private void dispatch(long now) {
    for (Piece<?, ?> late : scheduler.expire(now)) {
      waiting.remove(late);
      load.leaves(late);
      expired.add(new Expired(now, late));
    }
    boolean moved = true;
    while (moved) {
      Optional<Batch<?, ?>> next = scheduler.poll();
      next.ifPresent(batch -> {
        prepared.add(batch);
        waiting.removeAll(batch.pieces());
        batch.pieces().forEach(load::leaves);
        load.staged(batch);
      });
      moved = next.isPresent();
      if (!moved && !prepared.isEmpty() && scheduler.mayStart()) {
        start(prepared.removeFirst(), now);
        moved = true;
      }
    }
  }

  private void start(Batch<?, ?> batch, long now) {
    Width width = scheduler.start();
    double nanos = batch.kind().cost().nanos(batch.paddedTokens()) / lanes.used(width);
    Load.Run run = load.starts(batch, width, scheduler.waitingPieces() > 0, now);
    running.add(new Running(now + Math.max(1, Math.round(nanos)), batch, run));
    started.add(new Started(now, batch, width, List.copyOf(waiting)));
  }

  int running() {
    return running.size();
  }
}
