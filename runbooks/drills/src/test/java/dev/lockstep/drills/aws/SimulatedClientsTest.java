package dev.lockstep.drills.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.autoscaling.WarmPool;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.journal.Names;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityStatusCode;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;

final class SimulatedClientsTest {
  private final Account account = new Lab().account();
  private final EcsClient ecs = SimulatedEcs.of(account);
  private final AutoScalingClient autoScaling = SimulatedAutoScaling.of(account);

  @Test
  void anOperationThatIsNotSimulatedFailsByItsName() {
    assertThatThrownBy(() -> ecs.createCluster(request -> request.clusterName("x")))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("EcsClient.createCluster is not simulated; add it to dev.lockstep.drills.aws");
    assertThatThrownBy(autoScaling::describeTags)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("AutoScalingClient.describeTags is not simulated");
  }

  @Test
  void ecsAndAutoScalingSpeakOfTheSameHosts() {
    assertThat(
            ecs.describeContainerInstances(request ->
                    request
                        .cluster(Names.CLUSTER)
                        .containerInstances(
                            ecs.listContainerInstances(list -> list.cluster(Names.CLUSTER))
                                .containerInstanceArns()))
                .containerInstances())
        .extracting(host -> host.ec2InstanceId())
        .containsExactlyElementsOf(
            autoScaling
                .describeAutoScalingGroups(request -> request.autoScalingGroupNames(Names.GROUP))
                .autoScalingGroups()
                .getFirst()
                .instances()
                .stream()
                .map(host -> host.instanceId())
                .toList());
  }

  @Test
  void aServiceThatDoesNotExistIsAFailureInASuccessfulAnswer() {
    assertThat(
            ecs.describeServices(request -> request.cluster(Names.CLUSTER).services("nobody"))
                .failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.reason()).isEqualTo("MISSING"));
  }

  @Test
  void aClusterThatDoesNotExistIsRefused() {
    assertThatThrownBy(() -> ecs.describeServices(request -> request.cluster("nowhere")))
        .isInstanceOf(ClusterNotFoundException.class);
  }

  @Test
  void aDesiredCapacityOutsideTheBoundsIsAValidationError() {
    assertThatThrownBy(() ->
            autoScaling.setDesiredCapacity(
                request -> request.autoScalingGroupName(Names.GROUP).desiredCapacity(9)))
        .isInstanceOfSatisfying(
            AutoScalingException.class,
            refused ->
                assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("ValidationError"));
  }

  @Test
  void theWarmPoolsSizeIsWhatItHasReady() {
    Lab lab = labWithWarmPool();
    AutoScalingClient client = SimulatedAutoScaling.of(lab.account());
    assertThat(group(client).warmPoolSize()).isEqualTo(1);

    lab.account().group().setDesired(3);
    lab.runTo(110);
    assertThat(group(client).warmPoolSize()).isZero();
    lab.runTo(210);
    assertThat(group(client).warmPoolSize()).isEqualTo(1);
    assertThat(group(autoScaling).warmPoolSize()).isZero();
  }

  @Test
  void anActivitySaysWhetherItsHostCameFromTheWarmPoolOrGoesIntoIt() {
    Lab lab = labWithWarmPool();
    AutoScalingClient client = SimulatedAutoScaling.of(lab.account());

    lab.account().group().setDesired(4);
    lab.runTo(110);
    List<String> launches = launches(client, ScalingActivityStatusCode.IN_PROGRESS);
    assertThat(launches)
        .satisfiesExactlyInAnyOrder(
            launch -> assertThat(launch).matches("Launching a new EC2 instance: i-[0-9a-f]{17}"),
            launch ->
                assertThat(launch)
                    .matches("Launching a new EC2 instance from warm pool: i-[0-9a-f]{17}"),
            launch ->
                assertThat(launch)
                    .matches("Launching a new EC2 instance into warm pool: i-[0-9a-f]{17}"));
    assertThat(group(client).instances())
        .extracting(host -> host.instanceId())
        .contains(idAfter("from warm pool: ", launches))
        .doesNotContain(idAfter("into warm pool: ", launches));

    lab.runTo(210);
    assertThat(launches(client, ScalingActivityStatusCode.SUCCESSFUL))
        .containsExactlyInAnyOrderElementsOf(launches);
  }

  @Test
  void aHostIsTakenFromTheWarmPoolUnderTheNameItWasFilledWith() {
    Lab lab = labWithWarmPool();
    AutoScalingClient client = SimulatedAutoScaling.of(lab.account());
    lab.account().group().setDesired(3);
    lab.runTo(210);
    String filled =
        idAfter("into warm pool: ", launches(client, ScalingActivityStatusCode.SUCCESSFUL));

    lab.account().group().setDesired(4);
    lab.runTo(216);
    assertThat(idAfter("from warm pool: ", launches(client, ScalingActivityStatusCode.IN_PROGRESS)))
        .isEqualTo(filled);
  }

  @Test
  void aDeploymentSaysWhenItLastChanged() {
    Lab lab = new Lab(Lab.GROUP.withHosts(1, 4, 5), Lab.SERVICE).settled();
    EcsClient client = SimulatedEcs.of(lab.account());
    assertThat(deployment(client).updatedAt()).isEqualTo(Lab.START);

    lab.account().service().deploy(new Revision(2, Revision.Quality.GOOD));
    lab.runTo(101);
    Deployment begun = deployment(client);
    assertThat(begun.rolloutState()).isEqualTo(DeploymentRolloutState.IN_PROGRESS);
    assertThat(begun.updatedAt())
        .isEqualTo(begun.createdAt())
        .isEqualTo(Lab.START.plusSeconds(100));

    lab.runTo(400);
    Deployment completed = deployment(client);
    assertThat(completed.rolloutState()).isEqualTo(DeploymentRolloutState.COMPLETED);
    assertThat(completed.createdAt()).isEqualTo(begun.createdAt());
    assertThat(completed.updatedAt())
        .isBetween(Lab.START.plusSeconds(150), Lab.START.plusSeconds(180));
  }

  /** A task that still holds its GPU on the way out is no longer one that should run. */
  @Test
  void aContainerInstanceCountsTheTasksThatAreToRun() {
    Lab lab = new Lab().settled();
    EcsClient client = SimulatedEcs.of(lab.account());
    assertThat(instances(client))
        .extracting(ContainerInstance::runningTasksCount)
        .containsExactly(1, 1);

    lab.account().service().setDesired(1);
    lab.runTo(101);
    assertThat(lab.account().service().tasksWithResources()).hasSize(2);
    assertThat(instances(client))
        .extracting(ContainerInstance::runningTasksCount)
        .containsExactlyInAnyOrder(1, 0);
    assertThat(instances(client)).allSatisfy(instance -> assertThat(freeGpus(instance)).isZero());

    lab.runTo(120);
    lab.account().service().setDesired(2);
    lab.runTo(121);
    assertThat(instances(client))
        .extracting(ContainerInstance::runningTasksCount, ContainerInstance::pendingTasksCount)
        .containsExactlyInAnyOrder(tuple(1, 0), tuple(0, 1));
  }

  private static Lab labWithWarmPool() {
    return new Lab(Lab.GROUP.withWarmPool(new WarmPool(1, 0.2)), Lab.SERVICE).settled();
  }

  private static AutoScalingGroup group(AutoScalingClient client) {
    return client
        .describeAutoScalingGroups(request -> request.autoScalingGroupNames(Names.GROUP))
        .autoScalingGroups()
        .getFirst();
  }

  private static List<String> launches(AutoScalingClient client, ScalingActivityStatusCode status) {
    return client
        .describeScalingActivities(request -> request.autoScalingGroupName(Names.GROUP))
        .activities()
        .stream()
        .filter(activity -> activity.statusCode() == status)
        .map(Activity::description)
        .toList();
  }

  private static String idAfter(String words, List<String> launches) {
    String launch = launches.stream().filter(one -> one.contains(words)).findFirst().orElseThrow();
    return launch.substring(launch.indexOf(words) + words.length());
  }

  private static Deployment deployment(EcsClient client) {
    return client
        .describeServices(request -> request.cluster(Names.CLUSTER).services(Names.SERVICE))
        .services()
        .getFirst()
        .deployments()
        .getFirst();
  }

  private static List<ContainerInstance> instances(EcsClient client) {
    List<String> arns =
        client.listContainerInstances(list -> list.cluster(Names.CLUSTER)).containerInstanceArns();
    return client
        .describeContainerInstances(
            request -> request.cluster(Names.CLUSTER).containerInstances(arns))
        .containerInstances();
  }

  private static long freeGpus(ContainerInstance instance) {
    return instance.remainingResources().stream()
        .filter(resource -> resource.name().equals("GPU"))
        .mapToLong(resource -> resource.stringSetValue().size())
        .sum();
  }
}
