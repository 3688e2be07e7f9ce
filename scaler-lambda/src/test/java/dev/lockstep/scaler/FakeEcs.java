package dev.lockstep.scaler;

import java.time.Instant;
import java.util.Collections;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.ContainerInstanceStatus;
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

/** The ECS of {@link FakeAws}. */
final class FakeEcs implements EcsClient {
  private final FakeAws aws;

  FakeEcs(FakeAws aws) {
    this.aws = aws;
  }

  @Override
  public DescribeServicesResponse describeServices(DescribeServicesRequest request) {
    aws.call("describeServices");
    if (!aws.serviceExists) {
      return DescribeServicesResponse.builder()
          .failures(Failure.builder().arn(request.services().getFirst()).reason("MISSING").build())
          .build();
    }
    return DescribeServicesResponse.builder()
        .services(
            Service.builder()
                .serviceName(request.services().getFirst())
                .status("ACTIVE")
                .desiredCount(aws.tasks)
                .runningCount(aws.running)
                .pendingCount(0)
                .deploymentConfiguration(aws.deployment.orElse(null))
                .deployments(aws.deployments)
                .events(aws.events)
                .build())
        .build();
  }

  @Override
  public UpdateServiceResponse updateService(UpdateServiceRequest request) {
    aws.change("updateService", "tasks=" + request.desiredCount());
    aws.ask(request.desiredCount());
    return UpdateServiceResponse.builder().build();
  }

  @Override
  public ListContainerInstancesResponse listContainerInstances(
      ListContainerInstancesRequest request) {
    aws.call("listContainerInstances");
    return ListContainerInstancesResponse.builder().containerInstanceArns(aws.registered).build();
  }

  @Override
  public DescribeContainerInstancesResponse describeContainerInstances(
      DescribeContainerInstancesRequest request) {
    aws.call("describeContainerInstances");
    return DescribeContainerInstancesResponse.builder()
        .containerInstances(
            request.containerInstances().stream()
                .map(id ->
                    ContainerInstance.builder()
                        .containerInstanceArn(id)
                        .ec2InstanceId(id)
                        .agentConnected(true)
                        .registeredAt(aws.registeredAt.getOrDefault(id, Instant.EPOCH))
                        .status(aws.draining.contains(id) ? "DRAINING" : "ACTIVE")
                        .registeredResources(gpus(1))
                        .remainingResources(gpus(1 - aws.tasksOn(id)))
                        .runningTasksCount(aws.tasksOn(id))
                        .pendingTasksCount(0)
                        .build())
                .toList())
        .build();
  }

  @Override
  public ListTasksResponse listTasks(ListTasksRequest request) {
    aws.call("listTasks");
    return ListTasksResponse.builder()
        .taskArns(aws.registered.stream().filter(host -> aws.tasksOn(host) > 0).toList())
        .build();
  }

  /** A task has its host's name here. */
  @Override
  public DescribeTasksResponse describeTasks(DescribeTasksRequest request) {
    aws.call("describeTasks");
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
    aws.change("updateContainerInstancesState", request.statusAsString() + " " + host);
    if (request.status() == ContainerInstanceStatus.DRAINING) {
      aws.draining.add(host);
    } else {
      aws.draining.remove(host);
    }
    aws.whenDraining.accept(host);
    return UpdateContainerInstancesStateResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  /** What a host has of them, or has left. */
  static Resource gpus(int count) {
    return Resource.builder()
        .name("GPU")
        .type("STRINGSET")
        .stringSetValue(Collections.nCopies(count, "GPU-0"))
        .build();
  }
}
