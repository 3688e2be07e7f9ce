package dev.lockstep.scaler.observe;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.Task;

/**
 * Reads what ECS knows of a cluster's hosts: which it can place tasks on, what they offer, and what
 * is on them. What fits is thus known, not assumed from the instance type: a host whose agent did
 * not find its GPUs offers none, and a neighbour's tasks take their share.
 */
final class RegistrationReader {
  /** The most that the describe calls take, and a page of the list calls. */
  private static final int A_CALL = 100;

  private static final String ACTIVE = "ACTIVE";

  private final EcsClient ecs;
  private final ParallelReads reads;

  RegistrationReader(EcsClient ecs, ParallelReads reads) {
    this.ecs = ecs;
    this.reads = reads;
  }

  /** Every host of the cluster, of whatever group, by EC2's name of it. */
  Map<String, Registration> read(String cluster) {
    List<ContainerInstance> hosts = hosts(cluster);
    Map<String, List<PlacedTask>> tasks = tasks(cluster);
    return hosts.stream()
        .collect(
            Collectors.toMap(
                ContainerInstance::ec2InstanceId,
                host ->
                    registration(
                        host, tasks.getOrDefault(host.containerInstanceArn(), List.of()))));
  }

  private List<ContainerInstance> hosts(String cluster) {
    return described(
        listed(page -> {
          ListContainerInstancesResponse response =
              ecs.listContainerInstances(request -> {
                request.cluster(cluster);
                page.ifPresent(request::nextToken);
              });
          return new Page(
              response.containerInstanceArns(), Optional.ofNullable(response.nextToken()));
        }),
        arns ->
            ecs.describeContainerInstances(
                    request -> request.cluster(cluster).containerInstances(arns))
                .containerInstances());
  }

  /** Tasks that are to run, by the ARN of their host. */
  private Map<String, List<PlacedTask>> tasks(String cluster) {
    List<Task> placed =
        described(
            listed(page -> {
              ListTasksResponse response =
                  ecs.listTasks(request -> {
                    request.cluster(cluster);
                    page.ifPresent(request::nextToken);
                  });
              return new Page(response.taskArns(), Optional.ofNullable(response.nextToken()));
            }),
            arns -> ecs.describeTasks(request -> request.cluster(cluster).tasks(arns)).tasks());
    return placed.stream()
        // A PROVISIONING task has no host yet, one on Fargate never has.
        .filter(task -> task.containerInstanceArn() != null)
        .collect(
            Collectors.groupingBy(
                Task::containerInstanceArn,
                Collectors.mapping(RegistrationReader::placed, Collectors.toList())));
  }

  private record Page(List<String> arns, Optional<String> next) {}

  private static List<String> listed(Function<Optional<String>, Page> list) {
    List<String> arns = new ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      Page page = list.apply(token);
      arns.addAll(page.arns());
      token = page.next();
    } while (token.isPresent());
    return arns;
  }

  private <T> List<T> described(List<String> arns, Function<List<String>, List<T>> describe) {
    return reads.each(ParallelReads.batches(arns, A_CALL), describe).stream()
        .flatMap(List::stream)
        .toList();
  }

  private static Registration registration(ContainerInstance host, List<PlacedTask> tasks) {
    return new Registration(
        state(host),
        ReportedResources.offered(host),
        ReportedResources.remaining(host),
        Optional.ofNullable(host.registeredAt()).orElse(Instant.EPOCH),
        tasks);
  }

  private static Registration.State state(ContainerInstance host) {
    if (!ACTIVE.equals(host.status())) {
      return Registration.State.DRAINING;
    }
    return Boolean.TRUE.equals(host.agentConnected())
        ? Registration.State.OPEN
        : Registration.State.DISCONNECTED;
  }

  private static PlacedTask placed(Task task) {
    return PlacedTask.ofGroup(
        Optional.ofNullable(task.group()).orElse(""),
        new Resources(
            task.containers().stream().mapToInt(container -> container.gpuIds().size()).sum(),
            number(task.cpu()).orElseGet(() -> sum(task, container -> number(container.cpu()))),
            number(task.memory()).orElseGet(() -> sum(task, RegistrationReader::memory))));
  }

  private static int sum(Task task, Function<Container, Optional<Integer>> part) {
    return task.containers().stream()
        .map(part)
        .flatMap(Optional::stream)
        .mapToInt(Integer::intValue)
        .sum();
  }

  /** ECS reserves the soft limit where there is one. */
  private static Optional<Integer> memory(Container container) {
    return number(container.memoryReservation()).or(() -> number(container.memory()));
  }

  private static Optional<Integer> number(String text) {
    return Optional.ofNullable(text)
        .filter(value -> value.matches("[0-9]{1,9}"))
        .map(Integer::valueOf);
  }
}
