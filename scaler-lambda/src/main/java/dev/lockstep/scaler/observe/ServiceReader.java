package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentStrategy;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.Service;

/** Reads the service's counts from ECS. */
final class ServiceReader {
  private final Fleet fleet;
  private final EcsClient ecs;

  ServiceReader(Fleet fleet, EcsClient ecs) {
    this.fleet = fleet;
    this.ecs = ecs;
  }

  ServiceState read() {
    DescribeServicesResponse response =
        ecs.describeServices(request -> request.cluster(fleet.cluster()).services(fleet.service()));
    return response.services().stream()
        .filter(service -> "ACTIVE".equals(service.status()))
        .findFirst()
        .map(ServiceReader::state)
        .orElseThrow(() -> notFound(response));
  }

  private static ServiceState state(Service service) {
    return new ServiceState(
        service.desiredCount(),
        service.runningCount(),
        service.pendingCount(),
        service.deployments().size(),
        rollout(Optional.ofNullable(service.deploymentConfiguration())));
  }

  /** ECS's own defaults where it does not say. */
  private static Rollout rollout(Optional<DeploymentConfiguration> configuration) {
    boolean blueGreen =
        configuration
            .map(DeploymentConfiguration::strategy)
            .filter(strategy -> strategy == DeploymentStrategy.BLUE_GREEN)
            .isPresent();
    return blueGreen
        ? new Rollout.BlueGreen()
        : new Rollout.Rolling(
            configuration.map(DeploymentConfiguration::minimumHealthyPercent).orElse(100),
            configuration.map(DeploymentConfiguration::maximumPercent).orElse(200));
  }

  /** ECS answers 200 with a {@code failures} list when a service does not exist. */
  private IllegalStateException notFound(DescribeServicesResponse response) {
    String reasons = String.join(", ", response.failures().stream().map(Failure::reason).toList());
    return new IllegalStateException(
        "no active service %s in cluster %s %s; check LOCKSTEP_CLUSTER and LOCKSTEP_SERVICE"
            .formatted(fleet.service(), fleet.cluster(), reasons));
  }
}
