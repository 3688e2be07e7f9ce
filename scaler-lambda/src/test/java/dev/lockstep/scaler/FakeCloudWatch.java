package dev.lockstep.scaler;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;

/** The CloudWatch of {@link FakeAws}. */
final class FakeCloudWatch implements CloudWatchClient {
  private final FakeAws aws;

  FakeCloudWatch(FakeAws aws) {
    this.aws = aws;
  }

  @Override
  public DescribeAlarmsResponse describeAlarms(DescribeAlarmsRequest request) {
    aws.call("describeAlarms");
    return DescribeAlarmsResponse.builder()
        .metricAlarms(
            aws.alarms.stream()
                .filter(name -> name.startsWith(request.alarmNamePrefix()))
                .map(name -> MetricAlarm.builder().alarmName(name).build())
                .toList())
        .build();
  }

  @Override
  public GetMetricDataResponse getMetricData(GetMetricDataRequest request) {
    aws.call("getMetricData");
    return GetMetricDataResponse.builder()
        .metricDataResults(
            request.metricDataQueries().stream().map(query -> result(query, request)).toList())
        .build();
  }

  private MetricDataResult result(MetricDataQuery query, GetMetricDataRequest request) {
    Metric asked = query.metricStat().metric();
    Map<Instant, Double> points =
        new TreeMap<>(aws.metrics.getOrDefault(asked.metricName(), Map.of()));
    asked.dimensions().stream()
        .filter(dimension -> dimension.name().equals("TargetGroup"))
        .map(group -> FakeAws.of(asked.metricName(), group.value()))
        .forEach(name -> points.putAll(aws.metrics.getOrDefault(name, Map.of())));
    points
        .keySet()
        .removeIf(time -> time.isBefore(request.startTime()) || !time.isBefore(request.endTime()));
    return MetricDataResult.builder()
        .id(query.id())
        .timestamps(points.keySet())
        .values(points.values())
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
