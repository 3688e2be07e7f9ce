package dev.lockstep.drills.compare;

import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.autoscaling.GroupSettings;
import dev.lockstep.drills.control.TaskBounds;
import dev.lockstep.drills.ecs.ServiceSettings;
import dev.lockstep.drills.time.Delay;
import dev.lockstep.drills.traffic.GpuModel;
import java.time.Duration;

/**
 * What is the same for every policy: the requests, how long hosts take, the price, and what a task
 * can do.
 *
 * @param lead from ordering a host to a task serving on it
 * @param finePublished whether the service publishes its own 10-second metrics
 * @param dollarsPerHostHour what a host costs
 */
public record Experiment(
    Workload workload, Delay lead, boolean finePublished, double dollarsPerHostHour) {
  /** What one task sustains, and the budget it does so within; the design's numbers. */
  public static final double RATE_PER_TASK = 8;

  public static final Duration BUDGET = Duration.ofMillis(250);

  /** On-demand Linux price of a g5.2xlarge in us-east-1. */
  public static final double G5_2XLARGE_DOLLARS = 1.212;

  private static final int FEWEST = 2;

  /** So that no policy is held back by the group's maximum but by its own judgement. */
  private static final double ROOM = 2.5;

  GpuModel gpu() {
    return GpuModel.DEFAULT;
  }

  /** Between two tasks and far more than the peak needs. */
  public TaskBounds bounds() {
    int most = (int) Math.ceil(ROOM * workload.peakRate() / RATE_PER_TASK) + FEWEST;
    return new TaskBounds(FEWEST, most);
  }

  /** Tasks and hosts that are there at the start: what the first minutes need. */
  int initial() {
    double first = 0;
    int seconds = (int) Math.min(300, workload.demand().seconds());
    for (int second = 0; second < seconds; second++) {
      first += workload.demand().ratePerSecond(second);
    }
    return bounds().max() < FEWEST
        ? FEWEST
        : Math.clamp((int) Math.ceil(first / seconds / RATE_PER_TASK), FEWEST, bounds().max());
  }

  /** One GPU a host and a task; protected and drained, as the Terraform module sets it. */
  public AccountSettings account() {
    TaskBounds bounds = bounds();
    return new AccountSettings(
            GroupSettings.of(1, initial(), bounds.max(), lead)
                .withHosts(bounds.min(), initial(), bounds.max()),
            ServiceSettings.of(1, initial(), lead, lead))
        .withLead(lead);
  }
}
