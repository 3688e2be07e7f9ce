package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.ecs.Waits;
import dev.lockstep.drills.traffic.Totals;
import dev.lockstep.drills.traffic.TrafficMeter;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How a drill went, in the numbers that count.
 *
 * @param longestWait the longest that one task was asked for before it ran, or still waits
 * @param longestPending the longest that one was PENDING on its host
 * @param recovery the longest that p95 stayed over its budget
 * @param lastP95 over the last ten seconds
 * @param periods how each ten seconds ended
 */
public record Summary(
    Totals totals,
    Duration budget,
    int tasksAtStart,
    int tasksServing,
    int tasksAsked,
    int hostsAtStart,
    int hostsReady,
    double hostHours,
    Waiting waiting,
    Duration longestWait,
    Duration longestPending,
    int stillWaiting,
    Duration recovery,
    OptionalDouble lastP95,
    List<CapacityLog.Period> periods) {

  private static final int COLUMNS = 16;

  public Summary {
    periods = List.copyOf(periods);
  }

  public static Summary of(
      Policy policy,
      AccountSettings settings,
      Account account,
      Totals totals,
      CapacityLog capacity) {
    Waits waits = account.service().waits();
    List<Duration> stillWaiting = waits.still(account.timeline().instant());
    return new Summary(
        totals,
        policy.p95Budget(),
        settings.service().initial(),
        account.service().serving(),
        account.service().desired(),
        settings.group().initial(),
        account.cluster().registered(),
        capacity.hostHours(),
        capacity.waiting(),
        Stream.concat(waits.ended().stream(), stillWaiting.stream())
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO),
        waits.longestPending(),
        stillWaiting.size(),
        capacity.longestOver(policy.p95Budget()),
        capacity.latestP95(),
        capacity.periods());
  }

  /** Requests that were not answered inside the budget, in per cent. */
  public double violationPercent() {
    return totals.violationPercent(budget);
  }

  /** Several lines for people. */
  public String text() {
    return String.format(
        Locale.ROOT,
        """
        requests   %,d sent, %,d served, %,d refused, %,d failed; %.2f %% outside %d ms
        latency    p50 %s, p95 %s, p95 at the end %s; over budget for %s at a stretch
        tasks      %d -> %d serving of %d asked for; longest wait of one task %s%s
        waiting    %,d task-seconds without a host, %,d of them with none on its way in time
                   %,d task-seconds PENDING on one (longest %s)
        hosts      %d -> %d, %.2f host-hours
        over time  (every %d s)
          tasks    %s
          hosts    %s
          p95 ms   %s\
        """,
        totals.sent(),
        totals.served(),
        totals.refused(),
        totals.failed(),
        violationPercent(),
        budget.toMillis(),
        millis(totals.latencies().percentile(50)),
        millis(totals.latencies().percentile(95)),
        millis(lastP95),
        seconds(recovery),
        tasksAtStart,
        tasksServing,
        tasksAsked,
        seconds(longestWait),
        stillWaiting == 0 ? "" : ", %d STILL WAITING".formatted(stillWaiting),
        waiting.unplaceable() + waiting.provisioning(),
        waiting.prolonged(),
        waiting.pending(),
        seconds(longestPending),
        hostsAtStart,
        hostsReady,
        hostHours,
        TrafficMeter.FINE_PERIOD.multipliedBy(periodsAColumn()).toSeconds(),
        overTime(period -> String.valueOf(period.servingTasks())),
        overTime(period -> String.valueOf(period.readyHosts())),
        overTime(period ->
            period.p95().isPresent() ? "%.0f".formatted(period.p95().getAsDouble()) : "-"));
  }

  /** So many of the ten-second periods that a row fits a screen. */
  private int periodsAColumn() {
    return Math.max(1, Math.ceilDiv(periods.size(), COLUMNS));
  }

  private String overTime(Function<CapacityLog.Period, String> value) {
    int step = periodsAColumn();
    return IntStream.iterate(step - 1, index -> index < periods.size(), index -> index + step)
        .mapToObj(index -> String.format(Locale.ROOT, "%4s", value.apply(periods.get(index))))
        .collect(Collectors.joining(" "));
  }

  private static String millis(OptionalDouble millis) {
    return millis.isPresent()
        ? String.format(Locale.ROOT, "%.0f ms", millis.getAsDouble())
        : "unknown";
  }

  private static String seconds(Duration duration) {
    return "%d s".formatted(duration.toSeconds());
  }
}
