package dev.lockstep.scaler;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribePoliciesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribePoliciesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesResponse;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;
import software.amazon.awssdk.services.autoscaling.model.SetDesiredCapacityRequest;
import software.amazon.awssdk.services.autoscaling.model.SetDesiredCapacityResponse;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.AccessDeniedException;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServiceResponse;

/**
 * Many services on some groups, as still as a photograph. Every call is counted, and one that asks
 * for more than AWS's limits is refused as AWS would.
 */
final class FakeEstate {
  static final int SERVICES_A_CALL = 10;
  static final int HOSTS_OR_TASKS_A_CALL = 100;
  static final int GROUPS_A_CALL = 50;
  static final int QUERIES_A_CALL = 500;

  final Ecs ecs = new Ecs();
  final AutoScaling autoScaling = new AutoScaling();
  final CloudWatch cloudWatch = new CloudWatch();

  /** Calls that change something, in order. */
  final List<String> changes = Collections.synchronizedList(new ArrayList<>());

  /** Services that the role does not cover. */
  final List<String> denied = new ArrayList<>();

  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final Map<String, Integer> tasks = new TreeMap<>();
  private final Map<String, Integer> hosts = new TreeMap<>();
  private final Map<String, String> groups = new HashMap<>();
  private final Map<String, Double> requestsAMinute = new HashMap<>();

  /** A service whose every task runs on a host of its own; each host has one GPU. */
  FakeEstate service(String name, String group, int count, double requestsPerSecond) {
    tasks.put(name, count);
    groups.put(name, group);
    hosts.merge(group, count, Integer::sum);
    requestsAMinute.put("targetgroup/" + name + "/1", requestsPerSecond * 60);
    return this;
  }

  int calls() {
    return calls.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  Map<String, AtomicInteger> callsByName() {
    return calls;
  }

  private void call(String operation, int asked, int most) {
    calls.computeIfAbsent(operation, _ -> new AtomicInteger()).incrementAndGet();
    if (asked > most) {
      throw new IllegalArgumentException(
          "%s takes at most %d, not %d".formatted(operation, most, asked));
    }
  }

  /** Hosts are called as their place in their group says; a task is called as its host. */
  private List<String> hostNames(String group) {
    return IntStream.range(0, hosts.getOrDefault(group, 0)).mapToObj(i -> group + "#" + i).toList();
  }

  private Map<String, String> servicesByHost() {
    Map<String, String> services = new TreeMap<>();
    Map<String, Integer> next = new HashMap<>();
    tasks.forEach((service, count) -> {
      String group = groups.get(service);
      for (int i = 0; i < count; i++) {
        int place = next.merge(group, 1, Integer::sum) - 1;
        if (place < hosts.getOrDefault(group, 0)) {
          services.put(group + "#" + place, service);
        }
      }
    });
    return services;
  }

  /** A page of names, and where the next begins. */
  private record Page(List<String> names, Optional<String> next) {
    static Page of(List<String> all, Optional<String> token) {
      int from = token.map(Integer::parseInt).orElse(0);
      int to = Math.min(all.size(), from + HOSTS_OR_TASKS_A_CALL);
      return new Page(
          all.subList(from, to),
          to < all.size() ? Optional.of(String.valueOf(to)) : Optional.empty());
    }
  }

  /** ECS. */
  final class Ecs implements EcsClient {
    @Override
    public DescribeServicesResponse describeServices(DescribeServicesRequest request) {
      call("describeServices", request.services().size(), SERVICES_A_CALL);
      if (request.services().stream().anyMatch(denied::contains)) {
        throw AccessDeniedException.builder().statusCode(400).message("not authorized").build();
      }
      return DescribeServicesResponse.builder()
          .services(
              request.services().stream()
                  .map(name ->
                      Service.builder()
                          .serviceName(name)
                          .status("ACTIVE")
                          .desiredCount(tasks.get(name))
                          .runningCount(tasks.get(name))
                          .pendingCount(0)
                          .deployments(Deployment.builder().status("PRIMARY").build())
                          .build())
                  .toList())
          .build();
    }

    @Override
    public UpdateServiceResponse updateService(UpdateServiceRequest request) {
      call("updateService", 1, 1);
      changes.add("%s=%d".formatted(request.service(), request.desiredCount()));
      tasks.put(request.service(), request.desiredCount());
      return UpdateServiceResponse.builder().build();
    }

    @Override
    public ListContainerInstancesResponse listContainerInstances(
        ListContainerInstancesRequest request) {
      call("listContainerInstances", 1, 1);
      Page page =
          Page.of(
              hosts.keySet().stream().flatMap(group -> hostNames(group).stream()).toList(),
              Optional.ofNullable(request.nextToken()));
      return ListContainerInstancesResponse.builder()
          .containerInstanceArns(page.names())
          .nextToken(page.next().orElse(null))
          .build();
    }

    @Override
    public DescribeContainerInstancesResponse describeContainerInstances(
        DescribeContainerInstancesRequest request) {
      call(
          "describeContainerInstances", request.containerInstances().size(), HOSTS_OR_TASKS_A_CALL);
      Map<String, String> services = servicesByHost();
      return DescribeContainerInstancesResponse.builder()
          .containerInstances(
              request.containerInstances().stream()
                  .map(name ->
                      ContainerInstance.builder()
                          .containerInstanceArn(name)
                          .ec2InstanceId(name)
                          .status("ACTIVE")
                          .agentConnected(true)
                          .registeredResources(FakeEcs.gpus(1))
                          .remainingResources(FakeEcs.gpus(services.containsKey(name) ? 0 : 1))
                          .build())
                  .toList())
          .build();
    }

    @Override
    public ListTasksResponse listTasks(ListTasksRequest request) {
      call("listTasks", 1, 1);
      Page page =
          Page.of(List.copyOf(servicesByHost().keySet()), Optional.ofNullable(request.nextToken()));
      return ListTasksResponse.builder()
          .taskArns(page.names())
          .nextToken(page.next().orElse(null))
          .build();
    }

    @Override
    public DescribeTasksResponse describeTasks(DescribeTasksRequest request) {
      call("describeTasks", request.tasks().size(), HOSTS_OR_TASKS_A_CALL);
      Map<String, String> services = servicesByHost();
      return DescribeTasksResponse.builder()
          .tasks(
              request.tasks().stream()
                  .map(name ->
                      Task.builder()
                          .taskArn(name)
                          .containerInstanceArn(name)
                          .group("service:" + services.get(name))
                          .containers(Container.builder().gpuIds("GPU-0").build())
                          .build())
                  .toList())
          .build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  /** Auto Scaling. */
  final class AutoScaling implements AutoScalingClient {
    @Override
    public DescribeAutoScalingGroupsResponse describeAutoScalingGroups(
        DescribeAutoScalingGroupsRequest request) {
      call("describeAutoScalingGroups", request.autoScalingGroupNames().size(), GROUPS_A_CALL);
      return DescribeAutoScalingGroupsResponse.builder()
          .autoScalingGroups(
              request.autoScalingGroupNames().stream()
                  .map(name ->
                      AutoScalingGroup.builder()
                          .autoScalingGroupName(name)
                          .desiredCapacity(hosts.get(name))
                          .minSize(0)
                          .maxSize(100)
                          .instances(
                              hostNames(name).stream()
                                  .map(host ->
                                      Instance.builder()
                                          .instanceId(host)
                                          .lifecycleState(LifecycleState.IN_SERVICE)
                                          .build())
                                  .toList())
                          .build())
                  .toList())
          .build();
    }

    @Override
    public DescribeScalingActivitiesResponse describeScalingActivities(
        DescribeScalingActivitiesRequest request) {
      call("describeScalingActivities", 1, 1);
      return DescribeScalingActivitiesResponse.builder().build();
    }

    @Override
    public DescribePoliciesResponse describePolicies(DescribePoliciesRequest request) {
      call("describePolicies", 1, 1);
      return DescribePoliciesResponse.builder().build();
    }

    @Override
    public SetDesiredCapacityResponse setDesiredCapacity(SetDesiredCapacityRequest request) {
      call("setDesiredCapacity", 1, 1);
      changes.add("%s=%d".formatted(request.autoScalingGroupName(), request.desiredCapacity()));
      hosts.put(request.autoScalingGroupName(), request.desiredCapacity());
      return SetDesiredCapacityResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  /** CloudWatch. */
  final class CloudWatch implements CloudWatchClient {
    @Override
    public DescribeAlarmsResponse describeAlarms(DescribeAlarmsRequest request) {
      call("describeAlarms", 1, 1);
      return DescribeAlarmsResponse.builder().build();
    }

    @Override
    public GetMetricDataResponse getMetricData(GetMetricDataRequest request) {
      call("getMetricData", request.metricDataQueries().size(), QUERIES_A_CALL);
      return GetMetricDataResponse.builder()
          .metricDataResults(
              request.metricDataQueries().stream().map(query -> result(query, request)).toList())
          .build();
    }

    private MetricDataResult result(MetricDataQuery query, GetMetricDataRequest request) {
      double requests =
          query.metricStat().metric().metricName().equals("RequestCount")
              ? query.metricStat().metric().dimensions().stream()
                  .map(dimension -> requestsAMinute.get(dimension.value()))
                  .filter(Objects::nonNull)
                  .findFirst()
                  .orElse(0.0)
              : 0;
      List<Instant> minutes =
          requests == 0
              ? List.of()
              : IntStream.rangeClosed(1, 20)
                  .mapToObj(i -> request.endTime().minusSeconds(7 + 60L * i))
                  .filter(time -> !time.isBefore(request.startTime()))
                  .toList();
      return MetricDataResult.builder()
          .id(query.id())
          .timestamps(minutes)
          .values(Collections.nCopies(minutes.size(), requests))
          .build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
