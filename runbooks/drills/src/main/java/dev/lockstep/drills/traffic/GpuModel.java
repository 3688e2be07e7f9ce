package dev.lockstep.drills.traffic;

/**
 * How long a task's GPU needs for a batch: {@code fixed + perRequest x b} milliseconds for {@code
 * b} requests up to {@code largestBatch}. The default, {@code 50 + 40 b} up to 8, holds 8
 * requests/s inside a p95 of 250 ms; see the design, "The service model".
 *
 * @param queue requests that may wait besides those in the batch; the next one is refused
 */
public record GpuModel(double fixedMillis, double perRequestMillis, int largestBatch, int queue) {
  public static final GpuModel DEFAULT = new GpuModel(50, 40, 8, 64);

  public double millis(int batch) {
    return fixedMillis + perRequestMillis * batch;
  }

  /** So many times as fast. */
  public GpuModel faster(int times) {
    return new GpuModel(fixedMillis / times, perRequestMillis / times, largestBatch, queue);
  }
}
