package dev.lockstep.drills.traffic;

import java.time.Duration;

/**
 * What a fleet sustains inside its latency budget when requests come at random: the highest rate
 * {@code r} at which no more than 5 % are late or refused, found by bisection on the simulated
 * tasks themselves behind least outstanding requests. No formula of queues knows batches, several
 * tasks and their routing at once.
 *
 * <p>It is below the ceiling {@code b / (fixed + perRequest b)} that full batches without a pause
 * would reach, and the closer to it the more tasks share their bursts.
 */
public final class FleetCapacity {
  private static final int REQUESTS = 100_000;
  private static final double PERCENT = 95;
  private static final double MAY_BE_LATE = 5;
  private static final int HALVINGS = 9;
  private static final long SEED = 1;
  private static final long MICROS_A_SECOND = 1_000_000;
  private static final double MILLIS_A_SECOND = 1000;

  private final GpuModel gpu;
  private final Duration budget;

  /**
   * Fleets of one kind of task.
   *
   * @param budget of the 95th percentile, without what the network and the load balancer take
   * @throws IllegalArgumentException when not even a request alone is answered inside it
   */
  public FleetCapacity(GpuModel gpu, Duration budget) {
    this.gpu = gpu;
    this.budget = budget;
    if (gpu.millis(1) > budget.toMillis()) {
      throw new IllegalArgumentException(
          "a request alone takes %.0f ms, more than the budget of %d ms"
              .formatted(gpu.millis(1), budget.toMillis()));
    }
  }

  /** Requests a second that one task works off in full batches without a pause. */
  public double ceilingOfATask() {
    return gpu.largestBatch() / gpu.millis(gpu.largestBatch()) * MILLIS_A_SECOND;
  }

  /** Requests a second that so many tasks sustain together. */
  public double of(int tasks) {
    double inside = 0;
    double outside = ceilingOfATask() * tasks;
    for (int halving = 0; halving < HALVINGS; halving++) {
      double between = (inside + outside) / 2;
      if (sustains(tasks, between)) {
        inside = between;
      } else {
        outside = between;
      }
    }
    return inside;
  }

  /** The fewest tasks that sustain a rate. */
  public int tasksFor(double ratePerSecond) {
    int tasks = Math.max(1, (int) Math.ceil(ratePerSecond / ceilingOfATask()));
    while (!sustains(tasks, ratePerSecond)) {
      tasks++;
    }
    return tasks;
  }

  private boolean sustains(int tasks, double ratePerSecond) {
    return Totals.of(play(tasks, ratePerSecond)).violationPercent(budget) <= MAY_BE_LATE;
  }

  /** The 95th percentile of such a fleet at a rate, of what is not refused. */
  public double p95Millis(int tasks, double ratePerSecond) {
    return play(tasks, ratePerSecond).latencies().percentile(PERCENT).orElse(0);
  }

  private Tally play(int tasks, double ratePerSecond) {
    long seconds = Math.max(1, Math.round(REQUESTS / ratePerSecond));
    RequestTimes requests =
        RequestTimes.draw(new Demand.Surge(ratePerSecond, ratePerSecond, 0, seconds), SEED);
    FleetTraffic traffic = new FleetTraffic(requests, gpu, LoadBalancing.OF_THE_MODULE);
    for (int task = 0; task < tasks; task++) {
      traffic.route(traffic.add());
    }
    traffic.advanceTo(seconds * MICROS_A_SECOND);
    return traffic.take();
  }
}
