package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;

/** Reads the metrics of all services from CloudWatch, as many in a call as it takes. */
final class DemandReader {
  /**
   * How far back to ask: an hour, of which lead times are learned, and the minutes before its first
   * that tell whether anything had changed in it.
   */
  private static final Duration LOOK_BACK = Duration.ofMinutes(65);

  private static final long SECONDS_OF_STEP = RateHistory.STEP.toSeconds();

  private record Asked(Policy policy, MetricQueries queries) {}

  private final List<Asked> all;
  private final MetricReader metrics;
  private final ParallelReads reads;
  private final Map<Fleet, Reading<MetricPoints>> past = new HashMap<>();
  private long stepOfPast = Long.MIN_VALUE;

  DemandReader(List<Policy> policies, CloudWatchClient cloudWatch, ParallelReads reads) {
    this.all =
        IntStream.range(0, policies.size())
            .mapToObj(
                i -> new Asked(policies.get(i), new MetricQueries(i, policies.get(i).fleet())))
            .toList();
    this.metrics = new MetricReader(cloudWatch);
    this.reads = reads;
  }

  /** What goes on now, one reading a service. */
  Map<Fleet, Reading<MetricPoints>> recent(Instant now) {
    return inBatches(all, "metrics", MetricQueries::recent, lookBack(now), end(now));
  }

  /** Why answers are late, for the services in which they are. */
  Map<Fleet, Reading<MetricPoints>> strain(Set<Fleet> late, Instant now) {
    return inBatches(
        all.stream().filter(asked -> late.contains(asked.policy().fleet())).toList(),
        "the metrics of late answers",
        MetricQueries::strain,
        lookBack(now),
        end(now));
  }

  /**
   * What came on earlier days. The past does not change: what was read once is kept until a further
   * step of it is over.
   */
  synchronized Map<Fleet, Reading<MetricPoints>> history(Instant now) {
    long step = Math.floorDiv(now.getEpochSecond(), SECONDS_OF_STEP);
    if (step != stepOfPast) {
      past.clear();
      stepOfPast = step;
    }
    List<Asked> unread =
        all.stream()
            .filter(
                asked -> !(past.get(asked.policy().fleet()) instanceof Reading.Known<MetricPoints>))
            .toList();
    past.putAll(
        inBatches(
            unread,
            "the history of demand",
            MetricQueries::history,
            now.minus(RateHistory.REACH).truncatedTo(ChronoUnit.HOURS),
            now));
    return Map.copyOf(past);
  }

  private Instant lookBack(Instant now) {
    Duration longest =
        all.stream()
            .map(asked -> Demand.holdDown(asked.policy().leadTime()).plusMinutes(5))
            .reduce(LOOK_BACK, (a, b) -> a.compareTo(b) > 0 ? a : b);
    return now.minus(longest).truncatedTo(ChronoUnit.MINUTES);
  }

  private static Instant end(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
  }

  private Map<Fleet, Reading<MetricPoints>> inBatches(
      List<Asked> services,
      String what,
      Function<MetricQueries, List<MetricDataQuery>> queries,
      Instant start,
      Instant end) {
    if (services.isEmpty()) {
      return Map.of();
    }
    int most =
        services.stream().mapToInt(asked -> queries.apply(asked.queries()).size()).max().orElse(1);
    List<List<Asked>> batches = ParallelReads.batches(services, MetricReader.QUERIES_A_CALL / most);
    Map<Fleet, Reading<MetricPoints>> readings = new HashMap<>();
    reads
        .each(
            batches,
            batch -> {
              List<MetricDataQuery> asked =
                  batch.stream().flatMap(one -> queries.apply(one.queries()).stream()).toList();
              return ofBatch(
                  batch, ParallelReads.attempt(what, () -> metrics.read(start, end, asked)));
            })
        .forEach(readings::putAll);
    return readings;
  }

  private static Map<Fleet, Reading<MetricPoints>> ofBatch(
      List<Asked> batch, Reading<Map<String, NavigableMap<Instant, Double>>> read) {
    Map<Fleet, Reading<MetricPoints>> readings = new HashMap<>();
    for (Asked asked : batch) {
      readings.put(
          asked.policy().fleet(),
          switch (read) {
            case Reading.Known<Map<String, NavigableMap<Instant, Double>>>(
                    var points,
                    String source) ->
                new Reading.Known<>(new MetricPoints(asked.queries(), points), source);
            case Reading.Unknown<Map<String, NavigableMap<Instant, Double>>>(String why) ->
                new Reading.Unknown<>(why);
          });
    }
    return readings;
  }
}
