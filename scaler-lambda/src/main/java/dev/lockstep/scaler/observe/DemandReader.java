package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;

/**
 * Reads demand and latency from CloudWatch in one call.
 *
 * <p>Demand is what reached the load balancer: {@code RequestCount}, which counts only requests for
 * which a target could be chosen, plus {@code RejectedConnectionCount} and {@code
 * HTTPCode_ELB_5XX_Count}; by the first alone a dead fleet looks idle. Where the service publishes
 * its own 10-second {@code Arrivals} (admitted and refused alike), those are finer and preferred.
 */
final class DemandReader {
  private static final String SERVICE_NAMESPACE = "Lockstep";
  private static final String LOAD_BALANCER_NAMESPACE = "AWS/ApplicationELB";

  private static final int SECONDS_OF_STABLE = Math.toIntExact(Demand.STABLE_WINDOW.toSeconds());
  private static final int SECONDS_OF_FINE = Math.toIntExact(FineArrivals.PERIOD.toSeconds());
  private static final int SECONDS_OF_STEP = Math.toIntExact(RateHistory.STEP.toSeconds());

  /** How far back to ask; late points of a minute are published up to two minutes after it. */
  private static final Duration LOOK_BACK = Duration.ofMinutes(5);

  /** The newest minutes may not be published yet. */
  private static final Duration LATE = Duration.ofMinutes(3);

  /** A minute older than this says nothing of now. */
  private static final Duration STALE_MINUTE = Duration.ofMinutes(4);

  private final Fleet fleet;
  private final Duration holdDown;
  private final CloudWatchClient cloudWatch;
  private final AtomicReference<Past> past =
      new AtomicReference<>(new Past(Long.MIN_VALUE, RateHistory.NONE));

  /** History up to the beginning of a step. */
  private record Past(long step, RateHistory history) {}

  DemandReader(Fleet fleet, Duration holdDown, CloudWatchClient cloudWatch) {
    this.fleet = fleet;
    this.holdDown = holdDown;
    this.cloudWatch = cloudWatch;
  }

  Demand read(Instant now) {
    Instant end = now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    Instant start = now.minus(holdDown).minus(LOOK_BACK).truncatedTo(ChronoUnit.MINUTES);
    Map<String, NavigableMap<Instant, Double>> points = read(start, end, queries());
    FineArrivals arrivals = new FineArrivals(points.getOrDefault("arrivals", new TreeMap<>()), now);
    NavigableMap<Instant, Double> minutes =
        sum(
            points.getOrDefault("requests", new TreeMap<>()),
            points.getOrDefault("rejected", new TreeMap<>()),
            points.getOrDefault("errors", new TreeMap<>()));
    return new Demand(
        stable(arrivals, minutes, now),
        panic(arrivals),
        recentPeak(arrivals, minutes, now),
        peakKnown(arrivals, minutes, now),
        latency(points.getOrDefault("latency", new TreeMap<>()), now));
  }

  /**
   * Reads what came at the same time on earlier days, in one call too: the service's own arrivals
   * where they are known, the load balancer's requests otherwise. The past does not change: what
   * was read once is kept until a further step of it is over.
   */
  RateHistory history(Instant now) {
    long step = now.getEpochSecond() / SECONDS_OF_STEP;
    Past known = past.get();
    if (known.step() != step) {
      known = new Past(step, readHistory(now));
      past.set(known);
    }
    return known.history();
  }

  private RateHistory readHistory(Instant now) {
    Map<String, NavigableMap<Instant, Double>> points =
        read(now.minus(RateHistory.REACH).truncatedTo(ChronoUnit.HOURS), now, historyQueries());
    Map<Instant, Double> steps = new HashMap<>(points.getOrDefault("requests", new TreeMap<>()));
    steps.putAll(points.getOrDefault("arrivals", new TreeMap<>()));
    return RateHistory.until(now, steps);
  }

  private Map<String, NavigableMap<Instant, Double>> read(
      Instant start, Instant end, List<MetricDataQuery> queries) {
    Map<String, NavigableMap<Instant, Double>> points = new HashMap<>();
    Optional<String> page = Optional.empty();
    do {
      GetMetricDataResponse response =
          cloudWatch.getMetricData(
              GetMetricDataRequest.builder()
                  .startTime(start)
                  .endTime(end)
                  .metricDataQueries(queries)
                  .nextToken(page.orElse(null))
                  .build());
      response
          .metricDataResults()
          .forEach(result -> points.merge(result.id(), points(result), DemandReader::merge));
      page = Optional.ofNullable(response.nextToken());
    } while (page.isPresent());
    return points;
  }

  /** The service's own minute where it is there, else the load balancer's. */
  private static Reading<RequestRate> stable(
      FineArrivals arrivals, NavigableMap<Instant, Double> minutes, Instant now) {
    Optional<RequestRate> fine = arrivals.stable();
    if (fine.isPresent()) {
      return new Reading.Known<>(fine.get(), "the service's arrivals over 60 s");
    }
    if (fresh(minutes, now, STALE_MINUTE)) {
      return new Reading.Known<>(
          new RequestRate(larger(minutes) / SECONDS_OF_STABLE),
          "the load balancer's requests and refusals in a minute");
    }
    return new Reading.Unknown<>(
        "no request count of the last %d minutes is in CloudWatch"
            .formatted(STALE_MINUTE.toMinutes()));
  }

  private static Reading<RequestRate> panic(FineArrivals arrivals) {
    Optional<RequestRate> proven = arrivals.panic();
    return proven.isPresent()
        ? new Reading.Known<>(
            proven.get(),
            "what the service's arrivals over %d s prove"
                .formatted(Demand.PANIC_WINDOW.toSeconds()))
        : new Reading.Unknown<>("the service publishes no 10-second arrivals");
  }

  /** Known only when the whole while is: a gap could hide the peak. */
  private Reading<RequestRate> recentPeak(
      FineArrivals arrivals, NavigableMap<Instant, Double> minutes, Instant now) {
    Instant from = beginning(now);
    Instant to = now.minus(LATE).truncatedTo(ChronoUnit.MINUTES);
    boolean whole =
        arrivals.isEmpty()
            ? minutes.subMap(from, true, to, false).size() >= Duration.between(from, to).toMinutes()
            : arrivals.coversMinutes(from, to);
    return whole
        ? new Reading.Known<>(
            peakKnown(arrivals, minutes, now),
            "the busiest of the last %d minutes".formatted(holdDown.toMinutes()))
        : new Reading.Unknown<>(
            "some of the last %d minutes are not in CloudWatch".formatted(holdDown.toMinutes()));
  }

  private RequestRate peakKnown(
      FineArrivals arrivals, NavigableMap<Instant, Double> minutes, Instant now) {
    Instant from = beginning(now);
    Instant to = now.minus(LATE).truncatedTo(ChronoUnit.MINUTES);
    return new RequestRate(
        arrivals.isEmpty()
            ? minutes.subMap(from, true, to, false).values().stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElse(0)
                / SECONDS_OF_STABLE
            : arrivals.peakSince(from));
  }

  private Instant beginning(Instant now) {
    return now.minus(holdDown).truncatedTo(ChronoUnit.MINUTES);
  }

  private static Reading<Duration> latency(NavigableMap<Instant, Double> seconds, Instant now) {
    return fresh(seconds, now, STALE_MINUTE)
        ? new Reading.Known<>(
            Duration.ofNanos(Math.round(seconds.lastEntry().getValue() * 1e9)),
            "the load balancer's target response time")
        : new Reading.Unknown<>("no response time of the last minutes is in CloudWatch");
  }

  /**
   * The larger of the newest two minutes: the newest may still be filling, because each load
   * balancer node publishes for itself.
   */
  private static double larger(NavigableMap<Instant, Double> points) {
    return points.descendingMap().values().stream()
        .limit(2)
        .mapToDouble(Double::doubleValue)
        .max()
        .orElse(0);
  }

  private static boolean fresh(NavigableMap<Instant, Double> points, Instant now, Duration stale) {
    return !points.isEmpty() && points.lastKey().isAfter(now.minus(stale));
  }

  /**
   * Adds counts point by point. CloudWatch omits a count that was zero, so within a minute in which
   * any of them is there the others are zero, and only a minute without any is unknown.
   */
  @SafeVarargs
  private static NavigableMap<Instant, Double> sum(NavigableMap<Instant, Double>... counts) {
    NavigableMap<Instant, Double> sum = new TreeMap<>();
    for (NavigableMap<Instant, Double> count : counts) {
      count.forEach((time, value) -> sum.merge(time, value, Double::sum));
    }
    return sum;
  }

  private static NavigableMap<Instant, Double> points(MetricDataResult result) {
    NavigableMap<Instant, Double> points = new TreeMap<>();
    for (int i = 0; i < result.timestamps().size(); i++) {
      points.put(result.timestamps().get(i), result.values().get(i));
    }
    return points;
  }

  private static NavigableMap<Instant, Double> merge(
      NavigableMap<Instant, Double> first, NavigableMap<Instant, Double> second) {
    first.putAll(second);
    return first;
  }

  private List<MetricDataQuery> queries() {
    Dimension loadBalancer = dimension("LoadBalancer", fleet.loadBalancer());
    Dimension targetGroup = dimension("TargetGroup", fleet.targetGroup());
    Dimension service = dimension("Service", fleet.service());
    return List.of(
        minute("requests", "RequestCount", "Sum", loadBalancer, targetGroup),
        minute("rejected", "RejectedConnectionCount", "Sum", loadBalancer),
        minute("errors", "HTTPCode_ELB_5XX_Count", "Sum", loadBalancer),
        minute("latency", "TargetResponseTime", "p95", loadBalancer, targetGroup),
        query("arrivals", SERVICE_NAMESPACE, "Arrivals", "Sum", SECONDS_OF_FINE, service));
  }

  private List<MetricDataQuery> historyQueries() {
    return List.of(
        query(
            "requests",
            LOAD_BALANCER_NAMESPACE,
            "RequestCount",
            "Sum",
            SECONDS_OF_STEP,
            dimension("LoadBalancer", fleet.loadBalancer()),
            dimension("TargetGroup", fleet.targetGroup())),
        query(
            "arrivals",
            SERVICE_NAMESPACE,
            "Arrivals",
            "Sum",
            SECONDS_OF_STEP,
            dimension("Service", fleet.service())));
  }

  private static MetricDataQuery minute(
      String id, String metric, String statistic, Dimension... dimensions) {
    return query(id, LOAD_BALANCER_NAMESPACE, metric, statistic, SECONDS_OF_STABLE, dimensions);
  }

  private static MetricDataQuery query(
      String id,
      String namespace,
      String metric,
      String statistic,
      int periodSeconds,
      Dimension... dimensions) {
    return MetricDataQuery.builder()
        .id(id)
        .metricStat(stat ->
            stat.stat(statistic)
                .period(periodSeconds)
                .metric(
                    name -> name.namespace(namespace).metricName(metric).dimensions(dimensions)))
        .build();
  }

  private static Dimension dimension(String name, String value) {
    return Dimension.builder().name(name).value(value).build();
  }
}
