package dev.lockstep.drills.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.journal.Names;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;

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
}
