package dev.lockstep.drills.aws;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.account.Host;
import dev.lockstep.drills.account.TaskService;
import java.util.List;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceNotFoundException;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServiceResponse;

/** ECS over the simulated account. */
public final class SimulatedEcs implements EcsClient {
  private final Account account;

  private SimulatedEcs(Account account) {
    this.account = account;
  }

  public static EcsClient of(Account account) {
    return LoudClient.of(EcsClient.class, new SimulatedEcs(account));
  }

  @Override
  public DescribeServicesResponse describeServices(DescribeServicesRequest request) {
    requireCluster(request.cluster());
    return account.exclusively(() ->
        DescribeServicesResponse.builder()
            .services(
                request.services().stream()
                    .filter(AccountSettings.SERVICE::equals)
                    .map(_ -> service())
                    .toList())
            .failures(
                request.services().stream()
                    .filter(name -> !name.equals(AccountSettings.SERVICE))
                    .map(name -> Failure.builder().arn(name).reason("MISSING").build())
                    .toList())
            .build());
  }

  private Service service() {
    TaskService service = account.service();
    return Service.builder()
        .serviceName(AccountSettings.SERVICE)
        .status("ACTIVE")
        .desiredCount(service.desired())
        .runningCount(service.running())
        .pendingCount(service.pending())
        .deployments(
            Deployment.builder()
                .status("PRIMARY")
                .desiredCount(service.desired())
                .runningCount(service.running())
                .pendingCount(service.pending())
                .build())
        .build();
  }

  @Override
  public UpdateServiceResponse updateService(UpdateServiceRequest request) {
    requireCluster(request.cluster());
    if (!AccountSettings.SERVICE.equals(request.service())) {
      throw ServiceNotFoundException.builder().message("Service not found.").build();
    }
    return account.exclusively(() -> {
      account.service().setDesired(request.desiredCount(), account.group().hosts());
      return UpdateServiceResponse.builder().service(service()).build();
    });
  }

  @Override
  public ListContainerInstancesResponse listContainerInstances(
      ListContainerInstancesRequest request) {
    requireCluster(request.cluster());
    return account.exclusively(() ->
        ListContainerInstancesResponse.builder()
            .containerInstanceArns(registered().stream().map(host -> arn(host.id())).toList())
            .build());
  }

  @Override
  public DescribeContainerInstancesResponse describeContainerInstances(
      DescribeContainerInstancesRequest request) {
    requireCluster(request.cluster());
    return account.exclusively(() ->
        DescribeContainerInstancesResponse.builder()
            .containerInstances(
                registered().stream()
                    .filter(host -> request.containerInstances().contains(arn(host.id())))
                    .map(SimulatedEcs::containerInstance)
                    .toList())
            .build());
  }

  private List<Host> registered() {
    return account.group().hosts().stream().filter(Host::registered).toList();
  }

  private static ContainerInstance containerInstance(Host host) {
    return ContainerInstance.builder()
        .containerInstanceArn(arn(host.id()))
        .ec2InstanceId(host.id())
        .status("ACTIVE")
        .agentConnected(true)
        .build();
  }

  private static String arn(String instanceId) {
    return "arn:aws:ecs:%s:%s:container-instance/%s/%s"
        .formatted(
            AccountSettings.REGION,
            AccountSettings.ACCOUNT_ID,
            AccountSettings.CLUSTER,
            instanceId);
  }

  private static void requireCluster(String cluster) {
    if (!AccountSettings.CLUSTER.equals(cluster)) {
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
