package dev.lockstep.drills.traffic;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.Samples;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Publishes what the load balancer and the tasks saw, as AWS would: the service's own metrics every
 * ten seconds and soon after, the load balancer's and ECS's each minute and later.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html">Load
 *     balancer metrics</a>
 */
public final class TrafficMeter {
  public static final Duration FINE_PERIOD = Duration.ofSeconds(10);
  public static final Duration MINUTE = Duration.ofMinutes(1);

  /** PutMetricData at high resolution is readable after a moment. */
  private static final Duration FINE_DELAY = Duration.ofSeconds(2);

  /** What a minute of the load balancer needs until it can be read. */
  private static final Duration MINUTE_DELAY = Duration.ofSeconds(30);

  private static final double MILLIS_A_SECOND = 1000;
  private static final double PER_CENT = 100;

  private final Account account;
  private final Supplier<Tally> source;
  private final Consumer<Tally> periods;
  private final boolean finePublished;
  private final Tally total = new Tally();
  private Tally minute = new Tally();
  private Instant periodEnd = Instant.EPOCH;
  private int servingTasks;

  /**
   * Measures the traffic of an account.
   *
   * @param source what happened since it was last asked
   * @param finePublished whether the service publishes its own metrics, or only the load balancer
   * @param periods told of each ten seconds when they are over, on the timeline
   */
  public TrafficMeter(
      Account account, Supplier<Tally> source, boolean finePublished, Consumer<Tally> periods) {
    this.account = account;
    this.source = source;
    this.finePublished = finePublished;
    this.periods = periods;
  }

  /** Cuts at every full ten seconds from now on. */
  public void start() {
    long period = FINE_PERIOD.toSeconds();
    long now = account.timeline().instant().getEpochSecond();
    periodEnd = Instant.ofEpochSecond(Math.floorDiv(now, period) * period + period);
    servingTasks = account.service().serving();
    account.timeline().at(periodEnd, this::cut);
  }

  /** When the first whole ten seconds begin. */
  public Instant firstPeriod() {
    return periodEnd;
  }

  /** Everything since the start, up to the last whole ten seconds. */
  public Totals totals() {
    return Totals.of(total);
  }

  private void cut() {
    Tally fine = source.get();
    total.addAll(fine);
    minute.addAll(fine);
    servingTasks = account.service().serving();
    if (servingTasks > 0) {
      publishUtilization(fine);
    }
    if (finePublished && servingTasks > 0) {
      publishFine(fine, periodEnd.minus(FINE_PERIOD), periodEnd.plus(FINE_DELAY));
    }
    if (periodEnd.equals(periodEnd.truncatedTo(ChronoUnit.MINUTES))) {
      publishMinute(periodEnd.minus(MINUTE), periodEnd.plus(MINUTE_DELAY));
      minute = new Tally();
    }
    periods.accept(fine);
    periodEnd = periodEnd.plus(FINE_PERIOD);
    account.timeline().at(periodEnd, this::cut);
  }

  /** Each task publishes one plain value, so that a sum is the fleet's and an average a task's. */
  private void publishFine(Tally fine, Instant start, Instant visibleAt) {
    double share = 1.0 / servingTasks;
    putFine("Arrivals", fine.arrivals() * share, start, visibleAt);
    putFine("Refusals", fine.refusals() * share, start, visibleAt);
    putFine("InFlight", Math.max(0, total.inFlight()) * share, start, visibleAt);
    putFine("QueueDelay", fine.meanQueueMillis(), start, visibleAt);
    putFine("GpuUtilization", utilization(fine, FINE_PERIOD), start, visibleAt);
    if (fine.served() > 0) {
      account
          .metrics()
          .put(
              MetricName.ofService("Latency"),
              start,
              FINE_PERIOD,
              visibleAt,
              Samples.of(fine.latencies().values(), fine.latencies().counts()));
    }
  }

  /** ECS's own metric; the share of time that GPUs work stands in for that of the CPU. */
  private void publishUtilization(Tally fine) {
    account
        .metrics()
        .put(
            MetricName.ofEcs("CPUUtilization"),
            periodEnd.minus(FINE_PERIOD),
            FINE_PERIOD,
            periodEnd.plus(FINE_DELAY),
            Samples.of(utilization(fine, FINE_PERIOD)));
  }

  private void putFine(String name, double each, Instant start, Instant visibleAt) {
    account
        .metrics()
        .put(
            MetricName.ofService(name),
            start,
            FINE_PERIOD,
            visibleAt,
            Samples.of(new double[] {each}, new double[] {servingTasks}));
  }

  private double utilization(Tally tally, Duration period) {
    double capacityMicros = servingTasks * (double) period.toNanos() / 1000;
    return Math.min(PER_CENT, PER_CENT * tally.busyMicros() / capacityMicros);
  }

  /** The load balancer publishes only what was not zero. */
  private void publishMinute(Instant start, Instant visibleAt) {
    putCount(MetricName.ofTargetGroup("RequestCount"), minute.arrivals(), start, visibleAt);
    long ownErrors = minute.unroutedCount() + minute.timeouts();
    putCount(MetricName.ofLoadBalancer("HTTPCode_ELB_5XX_Count"), ownErrors, start, visibleAt);
    putCount(
        MetricName.ofTargetGroup("HTTPCode_Target_5XX_Count"), minute.failures(), start, visibleAt);
    putCount(
        MetricName.ofLoadBalancer("HTTPCode_Target_5XX_Count"),
        minute.failures(),
        start,
        visibleAt);
    putCount(
        MetricName.ofLoadBalancer("ClientTLSNegotiationErrorCount"),
        minute.untrustedCount(),
        start,
        visibleAt);
    put(MetricName.ofTargetGroup("HealthyHostCount"), servingTasks, start, visibleAt);
    if (servingTasks > 0) {
      put(
          MetricName.ofTargetGroup("RequestCountPerTarget"),
          (double) minute.arrivals() / servingTasks,
          start,
          visibleAt);
    }
    if (minute.served() > 0) {
      Samples seconds =
          Samples.of(
              Arrays.stream(minute.latencies().values())
                  .map(millis -> millis / MILLIS_A_SECOND)
                  .toArray(),
              minute.latencies().counts());
      Stream.of(
              MetricName.ofTargetGroup("TargetResponseTime"),
              MetricName.ofLoadBalancer("TargetResponseTime"))
          .forEach(metric -> account.metrics().put(metric, start, MINUTE, visibleAt, seconds));
    }
  }

  private void putCount(MetricName metric, long count, Instant start, Instant visibleAt) {
    if (count > 0) {
      put(metric, (double) count, start, visibleAt);
    }
  }

  private void put(MetricName metric, double value, Instant start, Instant visibleAt) {
    account.metrics().put(metric, start, MINUTE, visibleAt, Samples.of(value));
  }
}
