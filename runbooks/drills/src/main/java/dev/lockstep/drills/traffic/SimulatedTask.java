package dev.lockstep.drills.traffic;

/**
 * One task's GPU and its queue. A free GPU takes at once whatever waits, up to its largest batch;
 * times are seconds since the start.
 */
final class SimulatedTask {
  private static final double MILLIS_A_SECOND = 1000;

  private final GpuModel gpu;

  /** A ring of the moments at which those that wait or are in the batch arrived, oldest first. */
  private final double[] arrivals;

  private int head;
  private int outstanding;
  private int inBatch;
  private double batchEnds;

  SimulatedTask(GpuModel gpu) {
    this.gpu = gpu;
    this.arrivals = new double[gpu.queue() + gpu.largestBatch()];
  }

  int outstanding() {
    return outstanding;
  }

  /**
   * Takes a request in, which starts at once on a free GPU. The task must have been advanced to
   * now.
   *
   * @return false when the queue is full
   */
  boolean accept(double now) {
    if (outstanding - inBatch >= gpu.queue()) {
      return false;
    }
    arrivals[(head + outstanding) % arrivals.length] = now;
    outstanding++;
    if (inBatch == 0) {
      startBatch(now);
    }
    return true;
  }

  /** Finishes every batch that ends by now, and starts the next ones. */
  void advance(double now, TrafficMeter meter) {
    while (inBatch > 0 && batchEnds <= now) {
      double end = batchEnds;
      for (int i = 0; i < inBatch; i++) {
        meter.served((end - arrivals[(head + i) % arrivals.length]) * MILLIS_A_SECOND);
      }
      head = (head + inBatch) % arrivals.length;
      outstanding -= inBatch;
      inBatch = 0;
      if (outstanding > 0) {
        startBatch(end);
      }
    }
  }

  private void startBatch(double now) {
    inBatch = Math.min(outstanding, gpu.largestBatch());
    batchEnds = now + gpu.millis(inBatch) / MILLIS_A_SECOND;
  }
}
