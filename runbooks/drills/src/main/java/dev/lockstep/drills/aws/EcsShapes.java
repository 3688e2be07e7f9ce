package dev.lockstep.drills.aws;

import dev.lockstep.drills.autoscaling.Resources;
import dev.lockstep.drills.ecs.ContainerInstance;
import dev.lockstep.drills.ecs.Deployment;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.ecs.Strategy;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.ecs.TaskService;
import dev.lockstep.drills.journal.Names;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentStrategy;
import software.amazon.awssdk.services.ecs.model.Resource;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.ResourceType;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceEvent;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** The account's things in the shapes of the ECS API. */
final class EcsShapes {
  private EcsShapes() {}

  static Service service(TaskService service) {
    return Service.builder()
        .serviceName(Names.SERVICE)
        .serviceArn(Names.arn("ecs", "service/%s/%s".formatted(Names.CLUSTER, Names.SERVICE)))
        .status("ACTIVE")
        .taskDefinition(taskDefinitionArn(service.deployments().getFirst().revision()))
        .desiredCount(service.desired())
        .runningCount(service.running())
        .pendingCount(service.pending())
        .deploymentConfiguration(configuration(service.settings().strategy()))
        .deployments(deployments(service))
        .events(
            service.events().stream()
                .map(event ->
                    ServiceEvent.builder().createdAt(event.at()).message(event.message()).build())
                .toList())
        .build();
  }

  private static DeploymentConfiguration configuration(Strategy strategy) {
    return switch (strategy) {
      case Strategy.Rolling(int minimumHealthyPercent, int maximumPercent) ->
          DeploymentConfiguration.builder()
              .strategy(DeploymentStrategy.ROLLING)
              .minimumHealthyPercent(minimumHealthyPercent)
              .maximumPercent(maximumPercent)
              .build();
      case Strategy.BlueGreen(Duration bake) ->
          DeploymentConfiguration.builder()
              .strategy(DeploymentStrategy.BLUE_GREEN)
              .bakeTimeInMinutes(Math.toIntExact(bake.toMinutes()))
              .build();
    };
  }

  private static List<software.amazon.awssdk.services.ecs.model.Deployment> deployments(
      TaskService service) {
    List<Deployment> newestFirst = service.deployments();
    return IntStream.range(0, newestFirst.size())
        .mapToObj(i -> deployment(newestFirst.get(i), i == 0, service))
        .toList();
  }

  private static software.amazon.awssdk.services.ecs.model.Deployment deployment(
      Deployment deployment, boolean primary, TaskService service) {
    List<Task> own =
        service.tasks().stream()
            .filter(task -> task.revision().equals(deployment.revision()))
            .toList();
    return software.amazon.awssdk.services.ecs.model.Deployment.builder()
        .id(deployment.id())
        .status(primary ? "PRIMARY" : "ACTIVE")
        .taskDefinition(taskDefinitionArn(deployment.revision()))
        .desiredCount(service.desired())
        .runningCount(Math.toIntExact(own.stream().filter(Task::running).count()))
        .pendingCount(
            Math.toIntExact(
                own.stream().filter(task -> task.state() == Task.State.PENDING).count()))
        .failedTasks(deployment.failedTasks())
        .rolloutState(deployment.rollout().name())
        .createdAt(deployment.createdAt())
        .updatedAt(deployment.updatedAt())
        .build();
  }

  static software.amazon.awssdk.services.ecs.model.ContainerInstance containerInstance(
      ContainerInstance instance) {
    return software.amazon.awssdk.services.ecs.model.ContainerInstance.builder()
        .containerInstanceArn(Names.containerInstance(instance.host().id()))
        .ec2InstanceId(instance.host().id())
        .status(instance.status().name())
        .agentConnected(true)
        .registeredAt(instance.registeredAt())
        .registeredResources(resources(instance.registered(), 0))
        .remainingResources(
            resources(instance.free(), instance.registered().gpus() - instance.free().gpus()))
        .runningTasksCount(
            Math.toIntExact(
                instance.tasks().stream()
                    .filter(task -> task.alive() && task.state() != Task.State.PENDING)
                    .count()))
        .pendingTasksCount(
            Math.toIntExact(
                instance.tasks().stream()
                    .filter(task -> task.state() == Task.State.PENDING)
                    .count()))
        .build();
  }

  /** GPUs are listed by name, and only when the agent found some. */
  private static List<Resource> resources(Resources resources, int gpusTaken) {
    Optional<Resource> gpus =
        resources.gpus() + gpusTaken == 0
            ? Optional.empty()
            : Optional.of(
                Resource.builder()
                    .name("GPU")
                    .type("STRINGSET")
                    .stringSetValue(
                        IntStream.range(gpusTaken, gpusTaken + resources.gpus())
                            .mapToObj("GPU-%08d"::formatted)
                            .toList())
                    .build());
    return Stream.concat(
            Stream.of(whole("CPU", resources.cpu()), whole("MEMORY", resources.memoryMiB())),
            gpus.stream())
        .toList();
  }

  private static Resource whole(String name, int value) {
    return Resource.builder().name(name).type("INTEGER").integerValue(value).build();
  }

  static software.amazon.awssdk.services.ecs.model.Task task(Task task, Resources holds) {
    return software.amazon.awssdk.services.ecs.model.Task.builder()
        .taskArn(arn(task))
        .containerInstanceArn(Names.containerInstance(task.instance().host().id()))
        .group("service:" + Names.SERVICE)
        .taskDefinitionArn(taskDefinitionArn(task.revision()))
        .lastStatus(lastStatus(task.state()))
        .desiredStatus(task.alive() ? "RUNNING" : "STOPPED")
        .createdAt(task.placedAt())
        .cpu(String.valueOf(holds.cpu()))
        .memory(String.valueOf(holds.memoryMiB()))
        .containers(
            Container.builder()
                .gpuIds(IntStream.range(0, holds.gpus()).mapToObj("GPU-%08d"::formatted).toList())
                .build())
        .build();
  }

  private static String lastStatus(Task.State state) {
    return switch (state) {
      case PENDING -> "PENDING";
      case RUNNING, SERVING -> "RUNNING";
      case STOPPING -> "DEACTIVATING";
      case STOPPED -> "STOPPED";
    };
  }

  static String arn(Task task) {
    return Names.arn("ecs", "task/%s/%s".formatted(Names.CLUSTER, task.id()));
  }

  private static String taskDefinitionArn(Revision revision) {
    return Names.arn("ecs", "task-definition/" + revision.name());
  }

  static TaskDefinition taskDefinition(Revision revision, Resources each) {
    return TaskDefinition.builder()
        .taskDefinitionArn(taskDefinitionArn(revision))
        .family(Names.SERVICE)
        .revision(revision.number())
        .cpu(String.valueOf(each.cpu()))
        .memory(String.valueOf(each.memoryMiB()))
        .containerDefinitions(
            ContainerDefinition.builder()
                .name(Names.SERVICE)
                .resourceRequirements(
                    ResourceRequirement.builder()
                        .type(ResourceType.GPU)
                        .value(String.valueOf(each.gpus()))
                        .build())
                .build())
        .build();
  }
}
