package dev.lockstep.scaler.observe;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;

/** Reads points of many metrics, up to 500 in a call. */
final class MetricReader {
  /** The most queries that GetMetricData takes. */
  static final int QUERIES_A_CALL = 500;

  private final CloudWatchClient cloudWatch;

  MetricReader(CloudWatchClient cloudWatch) {
    this.cloudWatch = cloudWatch;
  }

  /** The points of each query by its id; one without points has none, which is not zero. */
  Map<String, NavigableMap<Instant, Double>> read(
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
      for (MetricDataResult result : response.metricDataResults()) {
        NavigableMap<Instant, Double> known =
            points.computeIfAbsent(result.id(), _ -> new TreeMap<>());
        for (int i = 0; i < result.timestamps().size(); i++) {
          known.put(result.timestamps().get(i), result.values().get(i));
        }
      }
      page = Optional.ofNullable(response.nextToken());
    } while (page.isPresent());
    return points;
  }
}
