package dev.lockstep.scaler;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.CreateOrUpdateTagsRequest;
import software.amazon.awssdk.services.autoscaling.model.CreateOrUpdateTagsResponse;
import software.amazon.awssdk.services.autoscaling.model.DeleteTagsRequest;
import software.amazon.awssdk.services.autoscaling.model.DeleteTagsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribePoliciesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribePoliciesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesResponse;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;
import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;
import software.amazon.awssdk.services.autoscaling.model.SetDesiredCapacityRequest;
import software.amazon.awssdk.services.autoscaling.model.SetDesiredCapacityResponse;
import software.amazon.awssdk.services.autoscaling.model.Tag;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;
import software.amazon.awssdk.services.autoscaling.model.TerminateInstanceInAutoScalingGroupRequest;
import software.amazon.awssdk.services.autoscaling.model.TerminateInstanceInAutoScalingGroupResponse;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.ContainerInstanceStatus;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.Resource;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.UpdateContainerInstancesStateRequest;
import software.amazon.awssdk.services.ecs.model.UpdateContainerInstancesStateResponse;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServiceResponse;

/**
 * One service on one group, as still as a photograph: what is set stays set and nothing else moves
 * until it is told to {@link #settle}. Every change is written down in order; any call can be made
 * to fail.
 */
public final class FakeAws {
  public final Ecs ecs = new Ecs();
  public final AutoScaling autoScaling = new AutoScaling();
  public final CloudWatch cloudWatch = new CloudWatch();

  /** Calls that change something, in order. */
  public final List<String> changes = Collections.synchronizedList(new ArrayList<>());

  /** Hosts, by name, that hold no task. */
  public final Set<String> empty = ConcurrentHashMap.newKeySet();

  /** Told of each host whose status is set, before anybody looks at it again. */
  public Consumer<String> whenDraining = _ -> {};

  /** The tags of the group. */
  public final Map<String, String> tags = Collections.synchronizedMap(new TreeMap<>());

  /** Names of scaling policies on the group. */
  public final List<String> scalingPolicies = new ArrayList<>();

  /** Names of alarms, whoever made them. */
  public final List<String> alarms = new ArrayList<>();

  /** Of a deployment, when ECS says how it goes about one. */
  public Optional<DeploymentConfiguration> deployment = Optional.empty();

  /** As ECS lists them. */
  public List<Deployment> deployments = List.of(Deployment.builder().status("PRIMARY").build());

  public int tasks = 2;
  public int running = 2;
  public int hosts = 2;
  public int maxHosts = 10;
  public boolean serviceExists = true;

  private final List<Activity> activities = new ArrayList<>();
  private final List<String> instances = new CopyOnWriteArrayList<>(List.of("i-1", "i-2"));
  private final List<String> registered = new CopyOnWriteArrayList<>(List.of("i-1", "i-2"));
  private final Map<String, Map<Instant, Double>> metrics = new TreeMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  /** Hosts that are marked so. */
  public final Set<String> draining = ConcurrentHashMap.newKeySet();

  /** Told of each call before it is answered; what it throws is thrown at the caller. */
  public Consumer<String> whenCalled = _ -> {};

  /** When hosts registered; those that are not named did long ago. */
  public final Map<String, Instant> registeredAt = new ConcurrentHashMap<>();

  private int launched = 2;
  private int backedOffFor;

  /**
   * Time goes by: hosts that are asked for come and register, and tasks start, one a host, on those
   * that take any, unless ECS has backed off.
   */
  public void settle() {
    settle(Instant.EPOCH);
  }

  /** The same at a time. */
  public void settle(Instant now) {
    while (instances.size() < hosts) {
      String host = "i-" + ++launched;
      instances.add(host);
      registered.add(host);
      registeredAt.put(host, now);
    }
    List<String> taking = instances.stream().filter(host -> !draining.contains(host)).toList();
    running = Math.min(tasks, backedOffFor > 0 ? Math.min(running, taking.size()) : taking.size());
    backedOffFor = Math.max(0, backedOffFor - 1);
    empty.clear();
    empty.addAll(instances);
    taking.stream().limit(running).forEach(empty::remove);
  }

  /**
   * A host dies with its task. ECS tries in vain to place that anew, and backs off until the
   * desired count changes.
   */
  public void die(int backOff) {
    String host = instances.stream().filter(one -> tasksOn(one) > 0).findFirst().orElseThrow();
    instances.remove(host);
    registered.remove(host);
    running--;
    backedOffFor = backOff;
  }

  private int tasksOn(String host) {
    return empty.contains(host) ? 0 : 1;
  }

  /** Makes an operation, named as in the SDK, fail with a message until {@link #heal}. */
  public void fail(String operation, String message) {
    failures.put(operation, message);
  }

  public void heal() {
    failures.clear();
  }

  /** A data point, as the metric would be summed by CloudWatch. */
  public void metric(String name, Instant time, double value) {
    metrics.computeIfAbsent(name, _ -> new TreeMap<>()).put(time, value);
  }

  /** The same, of one target group among several. */
  public void metric(String name, String targetGroup, Instant time, double value) {
    metric(of(name, targetGroup), time, value);
  }

  private static String of(String name, String targetGroup) {
    return name + " of " + targetGroup;
  }

  /** Nothing was ever published. */
  public void forgetMetrics() {
    metrics.clear();
  }

  /** A host that is in service but that ECS does not know. */
  public void host(String instanceId) {
    instances.add(instanceId);
    hosts = Math.max(hosts, instances.size());
  }

  /** An activity of the group; the latest is told last. */
  public void activity(String description, String status, Instant at, String message) {
    activities.addFirst(
        Activity.builder()
            .autoScalingGroupName("gpu-hosts")
            .description(description)
            .statusCode(status)
            .startTime(at)
            .statusMessage(message)
            .build());
  }

  public void register(String instanceId) {
    registered.add(instanceId);
  }

  private void call(String operation) {
    whenCalled.accept(operation);
    Optional.ofNullable(failures.get(operation))
        .ifPresent(message -> {
          throw SdkClientException.create(message);
        });
  }

  private void change(String operation, String change) {
    call(operation);
    changes.add(change);
  }

  /** ECS. */
  public final class Ecs implements EcsClient {
    @Override
    public DescribeServicesResponse describeServices(DescribeServicesRequest request) {
      call("describeServices");
      if (!serviceExists) {
        return DescribeServicesResponse.builder()
            .failures(
                Failure.builder().arn(request.services().getFirst()).reason("MISSING").build())
            .build();
      }
      return DescribeServicesResponse.builder()
          .services(
              Service.builder()
                  .serviceName(request.services().getFirst())
                  .status("ACTIVE")
                  .desiredCount(tasks)
                  .runningCount(running)
                  .pendingCount(0)
                  .deploymentConfiguration(deployment.orElse(null))
                  .deployments(deployments)
                  .build())
          .build();
    }

    @Override
    public UpdateServiceResponse updateService(UpdateServiceRequest request) {
      change("updateService", "tasks=" + request.desiredCount());
      backedOffFor = tasks == request.desiredCount() ? backedOffFor : 0;
      tasks = request.desiredCount();
      return UpdateServiceResponse.builder().build();
    }

    @Override
    public ListContainerInstancesResponse listContainerInstances(
        ListContainerInstancesRequest request) {
      call("listContainerInstances");
      return ListContainerInstancesResponse.builder().containerInstanceArns(registered).build();
    }

    @Override
    public DescribeContainerInstancesResponse describeContainerInstances(
        DescribeContainerInstancesRequest request) {
      call("describeContainerInstances");
      return DescribeContainerInstancesResponse.builder()
          .containerInstances(
              request.containerInstances().stream()
                  .map(id ->
                      ContainerInstance.builder()
                          .containerInstanceArn(id)
                          .ec2InstanceId(id)
                          .agentConnected(true)
                          .registeredAt(registeredAt.getOrDefault(id, Instant.EPOCH))
                          .status(draining.contains(id) ? "DRAINING" : "ACTIVE")
                          .registeredResources(FakeAws.gpus(1))
                          .remainingResources(FakeAws.gpus(1 - tasksOn(id)))
                          .runningTasksCount(tasksOn(id))
                          .pendingTasksCount(0)
                          .build())
                  .toList())
          .build();
    }

    @Override
    public ListTasksResponse listTasks(ListTasksRequest request) {
      call("listTasks");
      return ListTasksResponse.builder()
          .taskArns(registered.stream().filter(host -> tasksOn(host) > 0).toList())
          .build();
    }

    /** A task has its host's name here. */
    @Override
    public DescribeTasksResponse describeTasks(DescribeTasksRequest request) {
      call("describeTasks");
      return DescribeTasksResponse.builder()
          .tasks(
              request.tasks().stream()
                  .map(host ->
                      Task.builder()
                          .taskArn(host)
                          .containerInstanceArn(host)
                          .group("service:embed")
                          .containers(Container.builder().gpuIds("GPU-" + host).build())
                          .build())
                  .toList())
          .build();
    }

    @Override
    public UpdateContainerInstancesStateResponse updateContainerInstancesState(
        UpdateContainerInstancesStateRequest request) {
      String host = request.containerInstances().getFirst();
      change("updateContainerInstancesState", request.statusAsString() + " " + host);
      if (request.status() == ContainerInstanceStatus.DRAINING) {
        draining.add(host);
      } else {
        draining.remove(host);
      }
      whenDraining.accept(host);
      return UpdateContainerInstancesStateResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  /** Auto Scaling. */
  public final class AutoScaling implements AutoScalingClient {
    @Override
    public DescribeAutoScalingGroupsResponse describeAutoScalingGroups(
        DescribeAutoScalingGroupsRequest request) {
      call("describeAutoScalingGroups");
      return DescribeAutoScalingGroupsResponse.builder()
          .autoScalingGroups(
              AutoScalingGroup.builder()
                  .autoScalingGroupName(request.autoScalingGroupNames().getFirst())
                  .desiredCapacity(hosts)
                  .minSize(0)
                  .maxSize(maxHosts)
                  .instances(instances.stream().map(FakeAws::inService).toList())
                  .tags(tags.entrySet().stream().map(FakeAws::description).toList())
                  .build())
          .build();
    }

    @Override
    public DescribeScalingActivitiesResponse describeScalingActivities(
        DescribeScalingActivitiesRequest request) {
      call("describeScalingActivities");
      return DescribeScalingActivitiesResponse.builder().activities(activities).build();
    }

    @Override
    public DescribePoliciesResponse describePolicies(DescribePoliciesRequest request) {
      call("describePolicies");
      return DescribePoliciesResponse.builder()
          .scalingPolicies(
              scalingPolicies.stream()
                  .map(name ->
                      ScalingPolicy.builder()
                          .autoScalingGroupName("gpu-hosts")
                          .policyName(name)
                          .enabled(true)
                          .build())
                  .toList())
          .build();
    }

    @Override
    public SetDesiredCapacityResponse setDesiredCapacity(SetDesiredCapacityRequest request) {
      change("setDesiredCapacity", "hosts=" + request.desiredCapacity());
      hosts = request.desiredCapacity();
      return SetDesiredCapacityResponse.builder().build();
    }

    @Override
    public TerminateInstanceInAutoScalingGroupResponse terminateInstanceInAutoScalingGroup(
        TerminateInstanceInAutoScalingGroupRequest request) {
      synchronized (changes) {
        return terminate(request);
      }
    }

    private TerminateInstanceInAutoScalingGroupResponse terminate(
        TerminateInstanceInAutoScalingGroupRequest request) {
      if (!instances.contains(request.instanceId())) {
        throw SdkClientException.create("Instance Id not found - " + request.instanceId());
      }
      change(
          "terminateInstanceInAutoScalingGroup",
          "end %s, decrement %s"
              .formatted(request.instanceId(), request.shouldDecrementDesiredCapacity()));
      hosts--;
      instances.remove(request.instanceId());
      registered.remove(request.instanceId());
      draining.remove(request.instanceId());
      return TerminateInstanceInAutoScalingGroupResponse.builder().build();
    }

    @Override
    public CreateOrUpdateTagsResponse createOrUpdateTags(CreateOrUpdateTagsRequest request) {
      for (Tag tag : request.tags()) {
        change("createOrUpdateTags", "tag " + tag.key() + " = " + tag.value());
        tags.put(tag.key(), tag.value());
      }
      return CreateOrUpdateTagsResponse.builder().build();
    }

    @Override
    public DeleteTagsResponse deleteTags(DeleteTagsRequest request) {
      for (Tag tag : request.tags()) {
        change("deleteTags", "no tag " + tag.key());
        tags.remove(tag.key());
      }
      return DeleteTagsResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  /** CloudWatch. */
  public final class CloudWatch implements CloudWatchClient {
    @Override
    public DescribeAlarmsResponse describeAlarms(DescribeAlarmsRequest request) {
      call("describeAlarms");
      return DescribeAlarmsResponse.builder()
          .metricAlarms(
              alarms.stream()
                  .filter(name -> name.startsWith(request.alarmNamePrefix()))
                  .map(name -> MetricAlarm.builder().alarmName(name).build())
                  .toList())
          .build();
    }

    @Override
    public GetMetricDataResponse getMetricData(GetMetricDataRequest request) {
      call("getMetricData");
      return GetMetricDataResponse.builder()
          .metricDataResults(
              request.metricDataQueries().stream().map(query -> result(query, request)).toList())
          .build();
    }

    private MetricDataResult result(MetricDataQuery query, GetMetricDataRequest request) {
      Metric asked = query.metricStat().metric();
      Map<Instant, Double> points =
          new TreeMap<>(metrics.getOrDefault(asked.metricName(), Map.of()));
      asked.dimensions().stream()
          .filter(dimension -> dimension.name().equals("TargetGroup"))
          .map(dimension ->
              metrics.getOrDefault(of(asked.metricName(), dimension.value()), Map.of()))
          .forEach(points::putAll);
      points
          .keySet()
          .removeIf(
              time -> time.isBefore(request.startTime()) || !time.isBefore(request.endTime()));
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

  private static Resource gpus(int count) {
    return Resource.builder()
        .name("GPU")
        .type("STRINGSET")
        .stringSetValue(Collections.nCopies(count, "GPU-0"))
        .build();
  }

  private static Instance inService(String instanceId) {
    return Instance.builder()
        .instanceId(instanceId)
        .lifecycleState(LifecycleState.IN_SERVICE)
        .build();
  }

  private static TagDescription description(Map.Entry<String, String> tag) {
    return TagDescription.builder().key(tag.getKey()).value(tag.getValue()).build();
  }
}
