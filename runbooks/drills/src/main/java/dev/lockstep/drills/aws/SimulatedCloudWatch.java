package dev.lockstep.drills.aws;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.Samples;
import dev.lockstep.drills.cloudwatch.Statistic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.StatusCode;

/** CloudWatch over the simulated account. A metric without points has no values, not zeros. */
public final class SimulatedCloudWatch implements CloudWatchClient {
  private static final int STANDARD_RESOLUTION = 60;

  /** What is put can be read after a moment. */
  private static final Duration READABLE_AFTER = Duration.ofSeconds(2);

  private final Account account;

  private SimulatedCloudWatch(Account account) {
    this.account = account;
  }

  public static CloudWatchClient of(Account account) {
    return FaultyClient.of(CloudWatchClient.class, new SimulatedCloudWatch(account), account);
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

  @Override
  public PutMetricDataResponse putMetricData(PutMetricDataRequest request) {
    return account.exclusively(() -> {
      Instant now = account.timeline().instant();
      for (MetricDatum datum : request.metricData()) {
        account
            .metrics()
            .put(
                new MetricName(
                    request.namespace(), datum.metricName(), dimensions(datum.dimensions())),
                Optional.ofNullable(datum.timestamp()).orElse(now),
                Duration.ofSeconds(
                    Optional.ofNullable(datum.storageResolution()).orElse(STANDARD_RESOLUTION)),
                now.plus(READABLE_AFTER),
                Samples.of(datum.value()));
      }
      return PutMetricDataResponse.builder().build();
    });
  }

  /** Of Application Auto Scaling's alarms only their names are known here, and that they are OK. */
  @Override
  public DescribeAlarmsResponse describeAlarms(DescribeAlarmsRequest request) {
    return account.exclusively(() ->
        DescribeAlarmsResponse.builder()
            .metricAlarms(
                Stream.concat(
                        account.alarms().stream()
                            .map(alarm -> described(alarm.rule().name(), alarm.state().name())),
                        account.serviceScaling().stream().map(name -> described(name, "OK")))
                    .filter(alarm -> asked(alarm, request))
                    .toList())
            .build());
  }

  private static MetricAlarm described(String name, String state) {
    return MetricAlarm.builder().alarmName(name).stateValue(state).build();
  }

  private static boolean asked(MetricAlarm alarm, DescribeAlarmsRequest request) {
    String name = alarm.alarmName();
    boolean named = request.alarmNames().isEmpty() || request.alarmNames().contains(name);
    String prefix = request.alarmNamePrefix();
    return named
        && (prefix == null || name.startsWith(prefix))
        && (request.stateValue() == null || request.stateValue().equals(alarm.stateValue()));
  }

  private static MetricName name(Metric metric) {
    return new MetricName(metric.namespace(), metric.metricName(), dimensions(metric.dimensions()));
  }

  private static Map<String, String> dimensions(List<Dimension> dimensions) {
    return dimensions.stream().collect(Collectors.toMap(Dimension::name, Dimension::value));
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
