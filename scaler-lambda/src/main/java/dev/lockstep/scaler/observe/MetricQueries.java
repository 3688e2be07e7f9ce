package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;

/**
 * What is asked of CloudWatch about one service; ids carry its number, so that one call asks for
 * many.
 */
final class MetricQueries {
  static final String REQUESTS = "requests";
  static final String REJECTED = "rejected";
  static final String ERRORS = "errors";
  static final String LATENCY = "latency";
  static final String ARRIVALS = "arrivals";
  static final String HEALTHY = "healthy";
  static final String REFUSALS = "refusals";
  static final String RATES = "rates";
  static final String COLD_LEADS = "coldleads";
  static final String WARM_LEADS = "warmleads";
  static final String MEDIAN = "median";
  static final String TARGET_ERRORS = "targeterrors";
  static final String QUEUE_DELAY = "queuedelay";
  static final String GPU = "gpu";

  private static final String SERVICE_NAMESPACE = "Lockstep";
  private static final String LOAD_BALANCER_NAMESPACE = "AWS/ApplicationELB";
  private static final int SECONDS_OF_STABLE = Math.toIntExact(Demand.STABLE_WINDOW.toSeconds());
  private static final int SECONDS_OF_FINE = Math.toIntExact(FineArrivals.PERIOD.toSeconds());
  private static final int SECONDS_OF_STEP = Math.toIntExact(RateHistory.STEP.toSeconds());

  private static final int SECONDS_OF_LEADS = 3600;

  private final int number;
  private final List<Dimension> loadBalancer;
  private final List<List<Dimension>> targetGroups;
  private final int groupsAColour;
  private final List<Dimension> service;

  MetricQueries(int number, Fleet fleet) {
    Dimension balancer = dimension("LoadBalancer", fleet.loadBalancer());
    this.number = number;
    this.loadBalancer = List.of(balancer);
    this.targetGroups =
        fleet.targetGroups().stream()
            .map(name -> List.of(balancer, dimension("TargetGroup", name)))
            .toList();
    this.groupsAColour = fleet.colours().getFirst().targetGroups().size();
    this.service = List.of(dimension("Service", fleet.service()));
  }

  /** The ids under which a metric's points come: one a target group. */
  List<String> ids(String name) {
    return IntStream.range(0, targetGroups.size()).mapToObj(group -> id(name, group)).toList();
  }

  /** The same ids colour by colour: the tasks of a colour are in each of its target groups. */
  List<List<String>> idsByColour(String name) {
    return ids(name).stream().gather(Gatherers.windowFixed(groupsAColour)).toList();
  }

  /** The one id of a metric that has nothing to do with target groups. */
  String id(String name) {
    return id(name, 0);
  }

  /** CloudWatch's ids begin with a lower-case letter and hold letters, digits and underscores. */
  private String id(String name, int group) {
    return "%s_%d_%d".formatted(name, number, group);
  }

  /** What is going on now. */
  List<MetricDataQuery> recent() {
    List<MetricDataQuery> queries = new ArrayList<>();
    queries.addAll(ofTargetGroups(REQUESTS, "RequestCount", "Sum", SECONDS_OF_STABLE));
    queries.addAll(ofTargetGroups(LATENCY, "TargetResponseTime", "p95", SECONDS_OF_STABLE));
    queries.add(ofLoadBalancer(REJECTED, "RejectedConnectionCount"));
    queries.add(ofLoadBalancer(ERRORS, "HTTPCode_ELB_5XX_Count"));
    queries.add(ofService(ARRIVALS, "Arrivals", "Sum", SECONDS_OF_FINE));
    queries.addAll(ofTargetGroups(HEALTHY, "HealthyHostCount", "Maximum", SECONDS_OF_STABLE));
    queries.add(ofService(REFUSALS, "Refusals", "Sum", SECONDS_OF_STABLE));
    queries.add(ofService(RATES, "EffectiveRpsPerTask", "Minimum", SECONDS_OF_STABLE));
    return List.copyOf(queries);
  }

  /** Why answers are late, for when they are. */
  List<MetricDataQuery> strain() {
    List<MetricDataQuery> queries = new ArrayList<>();
    queries.addAll(ofTargetGroups(REQUESTS, "RequestCount", "Sum", SECONDS_OF_STABLE));
    queries.addAll(ofTargetGroups(HEALTHY, "HealthyHostCount", "Maximum", SECONDS_OF_STABLE));
    queries.addAll(ofTargetGroups(LATENCY, "TargetResponseTime", "p95", SECONDS_OF_STABLE));
    queries.addAll(ofTargetGroups(MEDIAN, "TargetResponseTime", "p50", SECONDS_OF_STABLE));
    queries.addAll(
        ofTargetGroups(TARGET_ERRORS, "HTTPCode_Target_5XX_Count", "Sum", SECONDS_OF_STABLE));
    queries.add(ofService(ARRIVALS, "Arrivals", "Sum", SECONDS_OF_FINE));
    queries.add(ofService(REFUSALS, "Refusals", "Sum", SECONDS_OF_STABLE));
    queries.add(ofService(QUEUE_DELAY, "QueueDelay", "Average", SECONDS_OF_STABLE));
    queries.add(ofService(GPU, "GpuUtilization", "Average", SECONDS_OF_STABLE));
    return List.copyOf(queries);
  }

  /** What came on earlier days, and what was learned on them. */
  List<MetricDataQuery> history() {
    List<MetricDataQuery> queries = new ArrayList<>();
    queries.addAll(ofTargetGroups(REQUESTS, "RequestCount", "Sum", SECONDS_OF_STEP));
    queries.add(ofService(ARRIVALS, "Arrivals", "Sum", SECONDS_OF_STEP));
    queries.add(ofService(COLD_LEADS, "LeadTimeSeconds", "Average", SECONDS_OF_LEADS));
    queries.add(ofService(WARM_LEADS, "WarmLeadTimeSeconds", "Average", SECONDS_OF_LEADS));
    return List.copyOf(queries);
  }

  private List<MetricDataQuery> ofTargetGroups(
      String name, String metric, String statistic, int periodSeconds) {
    return IntStream.range(0, targetGroups.size())
        .mapToObj(group ->
            query(
                id(name, group),
                LOAD_BALANCER_NAMESPACE,
                metric,
                statistic,
                periodSeconds,
                targetGroups.get(group)))
        .toList();
  }

  private MetricDataQuery ofLoadBalancer(String name, String metric) {
    return query(id(name), LOAD_BALANCER_NAMESPACE, metric, "Sum", SECONDS_OF_STABLE, loadBalancer);
  }

  private MetricDataQuery ofService(
      String name, String metric, String statistic, int periodSeconds) {
    return query(id(name), SERVICE_NAMESPACE, metric, statistic, periodSeconds, service);
  }

  private static MetricDataQuery query(
      String id,
      String namespace,
      String metric,
      String statistic,
      int periodSeconds,
      List<Dimension> dimensions) {
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
