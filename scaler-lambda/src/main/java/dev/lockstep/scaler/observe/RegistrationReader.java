package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  record Registered(Set<String> instanceIds) {
    Registered {
      instanceIds = Set.copyOf(instanceIds);
    }
  }

  /** Each page of the list (at most 100) is one page of the describe call too. */
  Registered read() {
    Set<String> instanceIds = new HashSet<>();
    Optional<String> page = Optional.empty();
    do {
      ListContainerInstancesResponse listed = list(page);
      instanceIds.addAll(connected(listed.containerInstanceArns()));
      page = Optional.ofNullable(listed.nextToken());
    } while (page.isPresent());
    return new Registered(instanceIds);
  }

  private ListContainerInstancesResponse list(Optional<String> page) {
    return ecs.listContainerInstances(request -> {
      request.cluster(fleet.cluster()).status(ContainerInstanceStatus.ACTIVE);
      page.ifPresent(request::nextToken);
    });
  }

  private List<String> connected(List<String> arns) {
    if (arns.isEmpty()) {
      return List.of();
    }
    return ecs
        .describeContainerInstances(
            request -> request.cluster(fleet.cluster()).containerInstances(arns))
        .containerInstances()
        .stream()
        .filter(ContainerInstance::agentConnected)
        .map(ContainerInstance::ec2InstanceId)
        .toList();
  }
}
