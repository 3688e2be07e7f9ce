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
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.ServiceEvent;

/**
 * One service on one group, as still as a photograph: what is set stays set and nothing else moves
 * until it is told to {@link #settle}. Every change is written down in order; any call can be made
 * to fail.
 */
public final class FakeAws {
  public final EcsClient ecs = new FakeEcs(this);
  public final AutoScalingClient autoScaling = new FakeAutoScaling(this);
  public final CloudWatchClient cloudWatch = new FakeCloudWatch(this);

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

  /** What ECS says of the service, newest first. */
  public List<ServiceEvent> events = List.of();

  public int tasks = 2;
  public int running = 2;
  public int hosts = 2;
  public int maxHosts = 10;
  public boolean serviceExists = true;

  final List<Activity> activities = new ArrayList<>();
  final List<String> instances = new CopyOnWriteArrayList<>(List.of("i-1", "i-2"));
  final List<String> registered = new CopyOnWriteArrayList<>(List.of("i-1", "i-2"));
  final Map<String, Map<Instant, Double>> metrics = new TreeMap<>();
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

  int tasksOn(String host) {
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

  /** Under what a metric of one target group is kept. */
  static String of(String name, String targetGroup) {
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

  void call(String operation) {
    whenCalled.accept(operation);
    Optional.ofNullable(failures.get(operation))
        .ifPresent(message -> {
          throw SdkClientException.create(message);
        });
  }

  /** What UpdateService does to the desired count: ECS tries at once. */
  void ask(int wanted) {
    backedOffFor = tasks == wanted ? backedOffFor : 0;
    tasks = wanted;
  }

  void change(String operation, String change) {
    call(operation);
    changes.add(change);
  }
}
