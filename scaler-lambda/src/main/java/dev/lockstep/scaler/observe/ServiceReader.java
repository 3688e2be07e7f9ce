package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;
import software.amazon.awssdk.services.ecs.model.DeploymentStrategy;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceEvent;

/** Reads the services' counts from ECS, ten in a call. */
final class ServiceReader {
  /** The most that DescribeServices takes. */
  private static final int SERVICES_A_CALL = 10;

  private static final String PRIMARY = "PRIMARY";

  /**
   * ECS's own words.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html">Service
   *     event messages</a>
   */
  private static final String NO_ROOM =
      "unable to place a task because no container instance met all of its requirements";

  private static final String STARTED = "has started";

  private final List<List<Fleet>> batches;
  private final EcsClient ecs;
  private final ParallelReads reads;

  ServiceReader(List<Fleet> fleets, EcsClient ecs, ParallelReads reads) {
    this.batches =
        fleets.stream().collect(Collectors.groupingBy(Fleet::cluster)).values().stream()
            .flatMap(ofCluster -> ParallelReads.batches(ofCluster, SERVICES_A_CALL).stream())
            .toList();
    this.ecs = ecs;
    this.reads = reads;
  }

  /** One reading a service. */
  Map<Fleet, Reading<ServiceState>> read() {
    Map<Fleet, Reading<ServiceState>> states = new HashMap<>();
    reads.each(batches, this::read).forEach(states::putAll);
    return states;
  }

  /**
   * A call that is refused for one service, as when the role does not cover it, is refused for all
   * ten; each is then asked for alone, so that one service's trouble stays its own.
   */
  private Map<Fleet, Reading<ServiceState>> read(List<Fleet> batch) {
    try {
      return states(batch, describe(batch));
    } catch (SdkException failure) {
      if (batch.size() > 1 && ofOneService(failure)) {
        Map<Fleet, Reading<ServiceState>> alone = new HashMap<>();
        batch.forEach(fleet -> alone.putAll(read(List.of(fleet))));
        return alone;
      }
      return batch.stream()
          .collect(
              Collectors.toMap(
                  fleet -> fleet,
                  fleet ->
                      new Reading.Unknown<>(
                          "service %s could not be read: %s"
                              .formatted(fleet.service(), failure.getMessage()))));
    }
  }

  private static boolean ofOneService(SdkException failure) {
    return failure instanceof AwsServiceException refused
        && refused.statusCode() >= 400
        && refused.statusCode() < 500
        && !refused.isThrottlingException();
  }

  private DescribeServicesResponse describe(List<Fleet> batch) {
    return ecs.describeServices(request ->
        request
            .cluster(batch.getFirst().cluster())
            .services(batch.stream().map(Fleet::service).toList()));
  }

  private static Map<Fleet, Reading<ServiceState>> states(
      List<Fleet> batch, DescribeServicesResponse response) {
    Map<String, Service> active =
        response.services().stream()
            .filter(service -> "ACTIVE".equals(service.status()))
            .collect(Collectors.toMap(Service::serviceName, service -> service));
    Map<Fleet, Reading<ServiceState>> states = new HashMap<>();
    for (Fleet fleet : batch) {
      Optional<Service> found = Optional.ofNullable(active.get(fleet.service()));
      states.put(
          fleet,
          found
              .<Reading<ServiceState>>map(
                  service -> new Reading.Known<>(state(service), "service " + fleet.service()))
              .orElseGet(() -> notFound(fleet, response)));
    }
    return states;
  }

  private static ServiceState state(Service service) {
    return new ServiceState(
        service.desiredCount(),
        service.runningCount(),
        service.pendingCount(),
        service.deployments().size(),
        newest(service).map(Deployment::updatedAt),
        newest(service).map(Deployment::createdAt),
        newest(service).filter(deployment -> takesBack(deployment, service)).isPresent(),
        rollout(Optional.ofNullable(service.deploymentConfiguration())),
        withoutRoomAt(service));
  }

  /** Of one moment the first event counts: ECS lists the newest first. */
  private static Optional<Instant> withoutRoomAt(Service service) {
    return service.events().stream()
        .filter(event -> says(event, NO_ROOM) || says(event, STARTED))
        .max(Comparator.comparing(ServiceEvent::createdAt))
        .filter(event -> says(event, NO_ROOM))
        .map(ServiceEvent::createdAt);
  }

  private static boolean says(ServiceEvent event, String words) {
    return Optional.ofNullable(event.message()).orElse("").contains(words);
  }

  private static Optional<Deployment> newest(Service service) {
    return service.deployments().stream()
        .filter(deployment -> PRIMARY.equals(deployment.status()))
        .findFirst();
  }

  private static boolean takesBack(Deployment newest, Service service) {
    return newest.rolloutState() == DeploymentRolloutState.IN_PROGRESS
        && service.deployments().stream()
            .anyMatch(deployment -> deployment.rolloutState() == DeploymentRolloutState.FAILED);
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
  private static Reading<ServiceState> notFound(Fleet fleet, DescribeServicesResponse response) {
    List<String> reasons = new ArrayList<>();
    response.failures().stream()
        .filter(failure -> of(failure, fleet))
        .map(Failure::reason)
        .forEach(reasons::add);
    return new Reading.Unknown<>(
        "service %s could not be read: no active service %s in cluster %s %s; check LOCKSTEP_CLUSTER and LOCKSTEP_SERVICE"
            .formatted(
                fleet.service(), fleet.service(), fleet.cluster(), String.join(", ", reasons)));
  }

  private static boolean of(Failure failure, Fleet fleet) {
    String arn = Optional.ofNullable(failure.arn()).orElse("");
    return arn.equals(fleet.service()) || arn.endsWith("/" + fleet.service());
  }
}
