package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.ContainerInstanceStatus;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesResponse;

/** Reads which hosts ECS can place tasks on: registered, ACTIVE, and with a connected agent. */
final class RegistrationReader {
  private final Fleet fleet;
  private final EcsClient ecs;

  RegistrationReader(Fleet fleet, EcsClient ecs) {
    this.fleet = fleet;
    this.ecs = ecs;
  }

  /** Tasks on each host that ECS can place more on, by EC2's name of it. */
  record Registered(Map<String, Integer> tasks) {
    Registered {
      tasks = Map.copyOf(tasks);
    }
  }

  /** Each page of the list (at most 100) is one page of the describe call too. */
  Registered read() {
    Map<String, Integer> tasks = new HashMap<>();
    Optional<String> page = Optional.empty();
    do {
      ListContainerInstancesResponse listed = list(page);
      tasks.putAll(connected(listed.containerInstanceArns()));
      page = Optional.ofNullable(listed.nextToken());
    } while (page.isPresent());
    return new Registered(tasks);
  }

  private ListContainerInstancesResponse list(Optional<String> page) {
    return ecs.listContainerInstances(request -> {
      request.cluster(fleet.cluster()).status(ContainerInstanceStatus.ACTIVE);
      page.ifPresent(request::nextToken);
    });
  }

  private Map<String, Integer> connected(List<String> arns) {
    if (arns.isEmpty()) {
      return Map.of();
    }
    return ecs
        .describeContainerInstances(
            request -> request.cluster(fleet.cluster()).containerInstances(arns))
        .containerInstances()
        .stream()
        .filter(ContainerInstance::agentConnected)
        .collect(
            Collectors.toMap(
                ContainerInstance::ec2InstanceId,
                host -> host.runningTasksCount() + host.pendingTasksCount()));
  }
}
