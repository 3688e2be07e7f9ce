package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.TaskService;
import dev.lockstep.drills.traffic.TrafficMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Looks at the counts once a second and keeps what the summary needs. */
public final class CapacityLog {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Just before the ten seconds are cut, so that a period is seen when it is almost full. */
  private static final long SECOND_OF_PERIOD = TrafficMeter.FINE_PERIOD.toSeconds() - 1;

  private final Account account;
  private final TrafficMeter meter;
  private final List<OptionalDouble> p95s = new ArrayList<>();
  private long hostSeconds;
  private long missingTaskSeconds;
  private long pendingTaskSeconds;

  public CapacityLog(Account account, TrafficMeter meter) {
    this.account = account;
    this.meter = meter;
  }

  public void start() {
    account.timeline().every(INTERVAL, this::look);
  }

  private void look() {
    TaskService service = account.service();
    hostSeconds += account.group().hosts().size();
    missingTaskSeconds += service.desired() - service.tasks().size();
    pendingTaskSeconds += service.pending();
    if (account.timeline().instant().getEpochSecond() % TrafficMeter.FINE_PERIOD.toSeconds()
        == SECOND_OF_PERIOD) {
      p95s.add(meter.latest().percentile(95));
    }
  }

  /** The 95th percentile of the newest ten seconds. */
  public OptionalDouble latestP95() {
    return p95s.isEmpty() ? OptionalDouble.empty() : p95s.getLast();
  }

  /** The longest run of ten-second periods with a p95 over the budget. */
  public Duration longestOver(Duration budget) {
    double budgetMillis = budget.toNanos() / 1e6;
    int longest = 0;
    int current = 0;
    for (OptionalDouble p95 : p95s) {
      current = p95.isPresent() && p95.getAsDouble() > budgetMillis ? current + 1 : 0;
      longest = Math.max(longest, current);
    }
    return TrafficMeter.FINE_PERIOD.multipliedBy(longest);
  }

  public double hostHours() {
    return hostSeconds / (double) Duration.ofHours(1).toSeconds();
  }

  /** Tasks asked for that no host could hold, in task-seconds. */
  public long unplaceableTaskSeconds() {
    return missingTaskSeconds;
  }

  /** Tasks that were placed and did not run yet, in task-seconds. */
  public long pendingTaskSeconds() {
    return pendingTaskSeconds;
  }
}
