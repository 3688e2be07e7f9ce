package dev.lockstep.drills.aws;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.Resources;
import dev.lockstep.drills.ecs.ContainerInstance;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.journal.Names;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ContainerInstanceStatus;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.ServiceNotFoundException;
import software.amazon.awssdk.services.ecs.model.UpdateContainerInstancesStateRequest;
import software.amazon.awssdk.services.ecs.model.UpdateContainerInstancesStateResponse;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServiceResponse;

/** ECS over the simulated account. */
public final class SimulatedEcs implements EcsClient {
  private final Account account;

  private SimulatedEcs(Account account) {
    this.account = account;
  }

  public static EcsClient of(Account account) {
    return FaultyClient.of(EcsClient.class, new SimulatedEcs(account), account);
  }

  @Override
  public DescribeServicesResponse describeServices(DescribeServicesRequest request) {
    requireCluster(request.cluster());
    return account.exclusively(() ->
        DescribeServicesResponse.builder()
            .services(
                request.services().stream()
                    .filter(Names.SERVICE::equals)
                    .map(_ -> EcsShapes.service(account.service()))
                    .toList())
            .failures(
                request.services().stream()
                    .filter(name -> !name.equals(Names.SERVICE))
                    .map(SimulatedEcs::missing)
                    .toList())
            .build());
  }

  private static Failure missing(String arn) {
    return Failure.builder().arn(arn).reason("MISSING").build();
  }

  @Override
  public UpdateServiceResponse updateService(UpdateServiceRequest request) {
    requireCluster(request.cluster());
    if (!Names.SERVICE.equals(request.service())) {
      throw ServiceNotFoundException.builder().message("Service not found.").build();
    }
    return account.exclusively(() -> {
      if (request.taskDefinition() != null) {
        account.service().deploy(revision(request.taskDefinition()));
      }
      if (request.desiredCount() != null) {
        account.service().setDesired(request.desiredCount());
      }
      return UpdateServiceResponse.builder().service(EcsShapes.service(account.service())).build();
    });
  }

  /** By its ARN or by family and number, among those that were deployed before. */
  private Revision revision(String name) {
    return account.service().revisions().stream()
        .filter(revision -> name.equals(revision.name()) || name.endsWith("/" + revision.name()))
        .findFirst()
        .orElseThrow(
            () -> ClientException.builder().message("TaskDefinition not found: " + name).build());
  }

  @Override
  public ListContainerInstancesResponse listContainerInstances(
      ListContainerInstancesRequest request) {
    requireCluster(request.cluster());
    Optional<String> status = Optional.ofNullable(request.statusAsString());
    return account.exclusively(() ->
        ListContainerInstancesResponse.builder()
            .containerInstanceArns(
                account.cluster().instances().stream()
                    .filter(instance -> status.map(instance.status().name()::equals).orElse(true))
                    .map(SimulatedEcs::arn)
                    .toList())
            .build());
  }

  @Override
  public DescribeContainerInstancesResponse describeContainerInstances(
      DescribeContainerInstancesRequest request) {
    requireCluster(request.cluster());
    return account.exclusively(() ->
        DescribeContainerInstancesResponse.builder()
            .containerInstances(
                named(request.containerInstances()).stream()
                    .map(EcsShapes::containerInstance)
                    .toList())
            .build());
  }

  @Override
  public UpdateContainerInstancesStateResponse updateContainerInstancesState(
      UpdateContainerInstancesStateRequest request) {
    requireCluster(request.cluster());
    ContainerInstance.Status wanted =
        request.status() == ContainerInstanceStatus.DRAINING
            ? ContainerInstance.Status.DRAINING
            : ContainerInstance.Status.ACTIVE;
    return account.exclusively(() -> {
      List<ContainerInstance> instances = named(request.containerInstances());
      instances.forEach(instance -> account.cluster().setStatus(instance.host().id(), wanted));
      return UpdateContainerInstancesStateResponse.builder()
          .containerInstances(instances.stream().map(EcsShapes::containerInstance).toList())
          .failures(
              request.containerInstances().stream()
                  .filter(name -> named(List.of(name)).isEmpty())
                  .map(SimulatedEcs::missing)
                  .toList())
          .build();
    });
  }

  /** By ARN, or by the part of it that ECS accepts instead. */
  private List<ContainerInstance> named(List<String> names) {
    return account.cluster().instances().stream()
        .filter(instance -> names.contains(arn(instance)) || names.contains(instance.host().id()))
        .toList();
  }

  /** Tasks that are to run, as ECS lists them unless asked for stopped ones. */
  @Override
  public ListTasksResponse listTasks(ListTasksRequest request) {
    requireCluster(request.cluster());
    return account.exclusively(() ->
        ListTasksResponse.builder()
            .taskArns(
                account.service().tasksWithResources().stream()
                    .filter(Task::alive)
                    .filter(task ->
                        request.containerInstance() == null
                            || request.containerInstance().equals(arn(task.instance())))
                    .map(EcsShapes::arn)
                    .toList())
            .build());
  }

  @Override
  public DescribeTasksResponse describeTasks(DescribeTasksRequest request) {
    requireCluster(request.cluster());
    return account.exclusively(() ->
        DescribeTasksResponse.builder()
            .tasks(
                account.service().tasksWithResources().stream()
                    .filter((Task task) -> request.tasks().contains(EcsShapes.arn(task)))
                    .map(task -> EcsShapes.task(task, account.service().settings().each()))
                    .toList())
            .build());
  }

  @Override
  public DescribeTaskDefinitionResponse describeTaskDefinition(
      DescribeTaskDefinitionRequest request) {
    return account.exclusively(() -> {
      Revision newest = account.service().deployments().getFirst().revision();
      Resources each = account.service().settings().each();
      return DescribeTaskDefinitionResponse.builder()
          .taskDefinition(EcsShapes.taskDefinition(newest, each))
          .build();
    });
  }

  private static String arn(ContainerInstance instance) {
    return Names.containerInstance(instance.host().id());
  }

  private static void requireCluster(String cluster) {
    if (!Names.CLUSTER.equals(cluster)) {
      throw ClusterNotFoundException.builder().message("Cluster not found.").build();
    }
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
