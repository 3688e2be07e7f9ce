package dev.lockstep.drills.traffic;

/**
 * One task's GPU and its queue. A free GPU takes at once whatever waits, up to its largest batch;
 * times are microseconds since the start.
 */
final class SimulatedTask {
  /** What it does with a request. */
  enum Behaviour {
    SERVES,
    /** Answers every request with an error. */
    ERRS,
    /** Takes requests and never answers: hung, or gone before the load balancer has noticed. */
    SILENT
  }

  private final GpuModel gpu;

  /** A ring of the moments at which those that wait or are in the batch arrived, oldest first. */
  private final long[] arrivals;

  private Behaviour behaviour = Behaviour.SERVES;
  private double slowness = 1;
  private int head;
  private int outstanding;
  private int inBatch;

  SimulatedTask(GpuModel gpu) {
    this.gpu = gpu;
    this.arrivals = new long[gpu.queue() + gpu.largestBatch()];
  }

  int outstanding() {
    return outstanding;
  }

  boolean working() {
    return inBatch > 0;
  }

  boolean silent() {
    return behaviour == Behaviour.SILENT;
  }

  void behaves(Behaviour next) {
    behaviour = next;
  }

  void slow(double factor) {
    slowness = factor;
  }

  boolean full() {
    return outstanding - inBatch >= gpu.queue();
  }

  void queue(long now) {
    int end = head + outstanding;
    arrivals[end < arrivals.length ? end : end - arrivals.length] = now;
    outstanding++;
  }

  /** Takes the next batch up; returns when it ends. */
  long startBatch(long now, Tally tally) {
    inBatch = Math.min(outstanding, gpu.largestBatch());
    for (int i = 0; i < inBatch; i++) {
      tally.begun(now - arrival(i));
    }
    long duration = Math.round(gpu.millis(inBatch) * 1000 * slowness);
    tally.busy(duration);
    return now + duration;
  }

  /** The batch is over. */
  void finishBatch(long now, Tally tally) {
    for (int i = 0; i < inBatch; i++) {
      switch (behaviour) {
        case SERVES -> tally.served(now - arrival(i));
        case ERRS -> tally.failed();
        case SILENT -> tally.timedOut();
      }
    }
    forget(inBatch);
    inBatch = 0;
  }

  /** Everything under way is lost. */
  void failAll(Tally tally) {
    for (int i = 0; i < outstanding; i++) {
      tally.failed();
    }
    forget(outstanding);
    inBatch = 0;
  }

  /** Whoever was waiting since a moment or longer gives up. */
  void giveUp(long since, Tally tally) {
    while (outstanding > 0 && arrival(0) <= since) {
      tally.timedOut();
      forget(1);
    }
    inBatch = 0;
  }

  private long arrival(int position) {
    int index = head + position;
    return arrivals[index < arrivals.length ? index : index - arrivals.length];
  }

  private void forget(int count) {
    head = (head + count) % arrivals.length;
    outstanding -= count;
  }
}
