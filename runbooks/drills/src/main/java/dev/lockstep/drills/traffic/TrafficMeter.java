package dev.lockstep.drills.traffic;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.MetricName;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Counts what the load balancer and the tasks see and publishes it as AWS would: the service's own
 * metrics every ten seconds and soon after, the load balancer's each minute and later.
 *
 * <p>Safe to report to from many threads.
 */
public final class TrafficMeter {
  public static final Duration FINE_PERIOD = Duration.ofSeconds(10);
  private static final int FINE_PERIODS_A_MINUTE = 6;

  /** PutMetricData at high resolution is readable after a moment. */
  private static final Duration FINE_DELAY = Duration.ofSeconds(2);

  /** What a minute of the load balancer needs until it can be read. */
  private static final Duration MINUTE_DELAY = Duration.ofSeconds(30);

  private static final double MILLIS_A_SECOND = 1000;

  private final Account account;
  private final Consumer<Latencies> periods;
  private final Tally total = new Tally();
  private Tally fine = new Tally();
  private Tally minute = new Tally();
  private int finePeriods;
  private Instant periodEnd = Instant.EPOCH;

  /**
   * Measures the traffic of an account.
   *
   * @param periods told of each ten seconds when they are over, on the timeline
   */
  public TrafficMeter(Account account, Consumer<Latencies> periods) {
    this.account = account;
    this.periods = periods;
  }

  /** Cuts at every full ten seconds from now on. */
  public synchronized void start() {
    Instant now = account.timeline().instant();
    long period = FINE_PERIOD.toSeconds();
    periodEnd =
        Instant.ofEpochSecond(Math.floorDiv(now.getEpochSecond(), period) * period + period);
    finePeriods =
        Math.toIntExact(
            Duration.between(now.truncatedTo(ChronoUnit.MINUTES), periodEnd.minus(FINE_PERIOD))
                .dividedBy(FINE_PERIOD));
    account.timeline().at(periodEnd, this::cut);
  }

  /** When the first whole ten seconds begin. */
  public synchronized Instant firstPeriod() {
    return periodEnd;
  }

  /** A request reached a task, whatever became of it there. */
  public synchronized void arrived() {
    fine.arrivals++;
    minute.arrivals++;
    total.arrivals++;
  }

  /** A task answered with what was asked for. */
  public synchronized void served(double latencyMillis) {
    fine.served(latencyMillis);
    minute.served(latencyMillis);
    total.served(latencyMillis);
  }

  /** A task had no room. */
  public synchronized void refused() {
    fine.refused++;
    minute.refused++;
    total.refused++;
  }

  /** A task failed to answer. */
  public synchronized void failed() {
    fine.failed++;
    minute.failed++;
    total.failed++;
  }

  /** The load balancer found no task to send a request to. */
  public synchronized void unrouted() {
    fine.unrouted++;
    minute.unrouted++;
    total.unrouted++;
  }

  /** Everything since the start. */
  public synchronized Totals totals() {
    return new Totals(
        total.arrivals + total.unrouted,
        total.servedCount,
        total.refused + total.unrouted,
        total.failed,
        Latencies.of(total.latencies()));
  }

  private void cut() {
    periods.accept(Latencies.of(publish()));
    account.timeline().at(periodEnd, this::cut);
  }

  /** Publishes the period that ends, begins the next, and returns its latencies. */
  private synchronized double[] publish() {
    publishFine(periodEnd.minus(FINE_PERIOD), periodEnd.plus(FINE_DELAY));
    double[] latencies = fine.latencies();
    fine = new Tally();
    finePeriods++;
    if (finePeriods >= FINE_PERIODS_A_MINUTE) {
      finePeriods = 0;
      publishMinute(
          periodEnd.truncatedTo(ChronoUnit.MINUTES).minus(1, ChronoUnit.MINUTES),
          periodEnd.plus(MINUTE_DELAY));
      minute = new Tally();
    }
    periodEnd = periodEnd.plus(FINE_PERIOD);
    return latencies;
  }

  private void publishFine(Instant start, Instant visibleAt) {
    account
        .metrics()
        .put(MetricName.ofService("Arrivals"), start, visibleAt, (double) fine.arrivals);
    account
        .metrics()
        .put(MetricName.ofService("Refusals"), start, visibleAt, (double) fine.refused);
    if (fine.servedCount > 0) {
      account.metrics().put(MetricName.ofService("Latency"), start, visibleAt, fine.latencies());
    }
  }

  /** The load balancer publishes only what was not zero. */
  private void publishMinute(Instant start, Instant visibleAt) {
    publishCount(MetricName.ofTargetGroup("RequestCount"), minute.arrivals, start, visibleAt);
    publishCount(
        MetricName.ofLoadBalancer("HTTPCode_ELB_5XX_Count"), minute.unrouted, start, visibleAt);
    if (minute.servedCount > 0) {
      account
          .metrics()
          .put(
              MetricName.ofTargetGroup("TargetResponseTime"),
              start,
              visibleAt,
              Arrays.stream(minute.latencies()).map(millis -> millis / MILLIS_A_SECOND).toArray());
    }
  }

  private void publishCount(MetricName metric, long count, Instant start, Instant visibleAt) {
    if (count > 0) {
      account.metrics().put(metric, start, visibleAt, (double) count);
    }
  }

  /** Counts, and latencies in an array that grows: no object a request. */
  private static final class Tally {
    long arrivals;
    long refused;
    long failed;
    long unrouted;
    int servedCount;
    private float[] millis = new float[256];

    void served(double latencyMillis) {
      if (servedCount == millis.length) {
        millis = Arrays.copyOf(millis, millis.length * 2);
      }
      millis[servedCount++] = (float) latencyMillis;
    }

    double[] latencies() {
      double[] copy = new double[servedCount];
      for (int i = 0; i < servedCount; i++) {
        copy[i] = millis[i];
      }
      return copy;
    }
  }
}
