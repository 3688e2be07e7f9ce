package dev.lockstep.drills.aws;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.MetricName;
import dev.lockstep.drills.account.Statistic;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;
import software.amazon.awssdk.services.cloudwatch.model.StatusCode;

/** CloudWatch over the simulated account. A metric without points has no values, not zeros. */
public final class SimulatedCloudWatch implements CloudWatchClient {
  private final Account account;

  private SimulatedCloudWatch(Account account) {
    this.account = account;
  }

  public static CloudWatchClient of(Account account) {
    return LoudClient.of(CloudWatchClient.class, new SimulatedCloudWatch(account));
  }

  @Override
  public GetMetricDataResponse getMetricData(GetMetricDataRequest request) {
    return account.exclusively(() ->
        GetMetricDataResponse.builder()
            .metricDataResults(
                request.metricDataQueries().stream()
                    .map(query -> result(query, request.startTime(), request.endTime()))
                    .toList())
            .build());
  }

  /** Newest first, as CloudWatch answers unless asked otherwise. */
  private MetricDataResult result(MetricDataQuery query, Instant from, Instant to) {
    MetricStat stat = query.metricStat();
    if (stat == null) {
      throw new UnsupportedOperationException(
          "CloudWatchClient.getMetricData with an expression is not simulated: " + query.id());
    }
    NavigableMap<Instant, Double> newestFirst =
        account
            .metrics()
            .read(
                name(stat.metric()),
                Statistic.parse(stat.stat()),
                Duration.ofSeconds(stat.period()),
                from,
                to,
                account.timeline().instant())
            .descendingMap();
    return MetricDataResult.builder()
        .id(query.id())
        .label(stat.metric().metricName())
        .timestamps(newestFirst.keySet())
        .values(newestFirst.values())
        .statusCode(StatusCode.COMPLETE)
        .build();
  }

  private static MetricName name(Metric metric) {
    return new MetricName(
        metric.namespace(),
        metric.metricName(),
        metric.dimensions().stream().collect(Collectors.toMap(Dimension::name, Dimension::value)));
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
