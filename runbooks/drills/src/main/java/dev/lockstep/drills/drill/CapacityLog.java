package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.traffic.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Keeps what the summary needs: the counts each second, and how each ten seconds went. */
public final class CapacityLog {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final double PERCENT = 95;

  /**
   * How things stood when ten seconds were over.
   *
   * @param p95 in milliseconds; none when nothing was served
   */
  public record Period(int servingTasks, int readyHosts, OptionalDouble p95) {}

  private final Account account;
  private final List<Period> periods = new ArrayList<>();
  private long hostSeconds;
  private Waiting waiting = Waiting.NONE;

  public CapacityLog(Account account) {
    this.account = account;
  }

  public void start() {
    account.timeline().every(INTERVAL, this::countSecond);
  }

  private void countSecond() {
    hostSeconds += account.group().billed();
    waiting = waiting.plusSecond(account.shortage());
  }

  /** Told by the meter when ten seconds are over. */
  public void periodOver(Tally period) {
    periods.add(
        new Period(
            account.service().serving(),
            account.cluster().registered(),
            period.latencies().percentile(PERCENT)));
  }

  public List<Period> periods() {
    return List.copyOf(periods);
  }

  /** The 95th percentile of the newest ten seconds. */
  public OptionalDouble latestP95() {
    return periods.isEmpty() ? OptionalDouble.empty() : periods.getLast().p95();
  }

  /** The longest run of ten seconds with a p95 over the budget. */
  public Duration longestOver(Duration budget) {
    Recovery recovery = new Recovery(budget);
    periods.forEach(period -> recovery.periodOver(period.p95()));
    return recovery.longest();
  }

  public double hostHours() {
    return hostSeconds / (double) Duration.ofHours(1).toSeconds();
  }

  /** How long tasks were asked for and did not run. */
  public Waiting waiting() {
    return waiting;
  }
}
