package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;

/**
 * Reads demand and latency of all services from CloudWatch, as many in a call as it takes.
 *
 * <p>The past does not change: what came on earlier days is read once and kept until a further step
 * of it is over.
 */
final class DemandReader {
  /** How far back to ask; late points of a minute are published up to two minutes after it. */
  private static final Duration LOOK_BACK = Duration.ofMinutes(5);

  private static final long SECONDS_OF_STEP = RateHistory.STEP.toSeconds();

  private record Asked(Policy policy, MetricQueries queries) {}

  private final List<Asked> all;
  private final MetricReader metrics;
  private final Map<Fleet, Reading<RateHistory>> past = new HashMap<>();
  private long stepOfPast = Long.MIN_VALUE;

  DemandReader(List<Policy> policies, CloudWatchClient cloudWatch) {
    this.all =
        IntStream.range(0, policies.size())
            .mapToObj(
                i -> new Asked(policies.get(i), new MetricQueries(i, policies.get(i).fleet())))
            .toList();
    this.metrics = new MetricReader(cloudWatch);
  }

  /** What users ask for now, one reading a service. */
  Map<Fleet, Reading<Demand>> read(Instant now) {
    Instant end = now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    return inBatches(
        all,
        "metrics",
        MetricQueries::recent,
        longest -> now.minus(longest).minus(LOOK_BACK).truncatedTo(ChronoUnit.MINUTES),
        end,
        (asked, points) -> demand(asked, points, now));
  }

  private static Demand demand(
      Asked asked, Map<String, NavigableMap<Instant, Double>> points, Instant now) {
    MetricQueries queries = asked.queries();
    return new DemandPoints(
            new FineArrivals(of(points, queries.id(MetricQueries.ARRIVALS)), now),
            sum(points, queries),
            slowest(points, queries),
            Demand.holdDown(asked.policy().leadTime()),
            now)
        .demand();
  }

  /**
   * What came at the same time on earlier days: the service's own arrivals where they are known,
   * the load balancer's requests otherwise. Services that want no forecast are not asked about.
   */
  synchronized Map<Fleet, Reading<RateHistory>> history(Instant now) {
    long step = Math.floorDiv(now.getEpochSecond(), SECONDS_OF_STEP);
    if (step != stepOfPast) {
      past.clear();
      stepOfPast = step;
    }
    List<Asked> unread =
        all.stream()
            .filter(asked -> asked.policy().forecast())
            .filter(
                asked -> !(past.get(asked.policy().fleet()) instanceof Reading.Known<RateHistory>))
            .toList();
    past.putAll(
        inBatches(
            unread,
            "the history of demand",
            MetricQueries::history,
            _ -> now.minus(RateHistory.REACH).truncatedTo(ChronoUnit.HOURS),
            now,
            (asked, points) -> history(asked.queries(), points, now)));
    return Map.copyOf(past);
  }

  private static RateHistory history(
      MetricQueries queries, Map<String, NavigableMap<Instant, Double>> points, Instant now) {
    NavigableMap<Instant, Double> steps = new TreeMap<>();
    queries
        .ids(MetricQueries.REQUESTS)
        .forEach(id -> of(points, id).forEach((at, count) -> steps.merge(at, count, Double::sum)));
    steps.putAll(of(points, queries.id(MetricQueries.ARRIVALS)));
    return RateHistory.until(now, steps);
  }

  @FunctionalInterface
  private interface Interpretation<T> {
    T of(Asked asked, Map<String, NavigableMap<Instant, Double>> points);
  }

  private <T> Map<Fleet, Reading<T>> inBatches(
      List<Asked> services,
      String what,
      Function<MetricQueries, List<MetricDataQuery>> queries,
      Function<Duration, Instant> start,
      Instant end,
      Interpretation<T> interpretation) {
    Map<Fleet, Reading<T>> readings = new HashMap<>();
    if (services.isEmpty()) {
      return readings;
    }
    int most =
        services.stream().mapToInt(asked -> queries.apply(asked.queries()).size()).max().orElse(1);
    List<List<Asked>> batches = ParallelReads.batches(services, MetricReader.QUERIES_A_CALL / most);
    List<Reading<Map<String, NavigableMap<Instant, Double>>>> read =
        ParallelReads.each(
            batches,
            batch ->
                ParallelReads.attempt(
                    what,
                    () ->
                        metrics.read(
                            start.apply(longestHoldDown(batch)),
                            end,
                            batch.stream()
                                .flatMap(asked -> queries.apply(asked.queries()).stream())
                                .toList())));
    for (int i = 0; i < batches.size(); i++) {
      Reading<Map<String, NavigableMap<Instant, Double>>> points = read.get(i);
      for (Asked asked : batches.get(i)) {
        readings.put(
            asked.policy().fleet(),
            switch (points) {
              case Reading.Known<Map<String, NavigableMap<Instant, Double>>>(
                      var known,
                      String source) ->
                  new Reading.Known<>(interpretation.of(asked, known), source);
              case Reading.Unknown<Map<String, NavigableMap<Instant, Double>>>(String why) ->
                  new Reading.Unknown<>(why);
            });
      }
    }
    return readings;
  }

  private static Duration longestHoldDown(List<Asked> batch) {
    return batch.stream()
        .map(asked -> Demand.holdDown(asked.policy().leadTime()))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static NavigableMap<Instant, Double> of(
      Map<String, NavigableMap<Instant, Double>> points, String id) {
    return points.getOrDefault(id, new TreeMap<>());
  }

  /**
   * Requests and refusals, minute by minute. CloudWatch omits a count that was zero, so within a
   * minute in which any of them is there the others are zero, and only a minute without any is
   * unknown.
   */
  private static NavigableMap<Instant, Double> sum(
      Map<String, NavigableMap<Instant, Double>> points, MetricQueries queries) {
    NavigableMap<Instant, Double> sum = new TreeMap<>();
    queries
        .ids(MetricQueries.REQUESTS)
        .forEach(id -> of(points, id).forEach((at, count) -> sum.merge(at, count, Double::sum)));
    for (String name : List.of(MetricQueries.REJECTED, MetricQueries.ERRORS)) {
      of(points, queries.id(name)).forEach((at, count) -> sum.merge(at, count, Double::sum));
    }
    return sum;
  }

  /** Of two colours, the slower one counts. */
  private static NavigableMap<Instant, Double> slowest(
      Map<String, NavigableMap<Instant, Double>> points, MetricQueries queries) {
    NavigableMap<Instant, Double> slowest = new TreeMap<>();
    queries
        .ids(MetricQueries.LATENCY)
        .forEach(id -> of(points, id).forEach((at, p95) -> slowest.merge(at, p95, Math::max)));
    return slowest;
  }
}
