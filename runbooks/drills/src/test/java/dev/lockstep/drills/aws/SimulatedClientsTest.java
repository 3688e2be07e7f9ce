package dev.lockstep.drills.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.time.VirtualTimeline;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;

final class SimulatedClientsTest {
  private final Account account =
      new Account(
          new AccountSettings(1, 1, 2, 5, 2, Duration.ZERO, Duration.ZERO, Duration.ZERO),
          new VirtualTimeline(Instant.parse("2026-01-05T09:00:00Z")),
          (_, running, _) -> running.run(),
          _ -> {});
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
                        .cluster(AccountSettings.CLUSTER)
                        .containerInstances(
                            ecs.listContainerInstances(
                                    list -> list.cluster(AccountSettings.CLUSTER))
                                .containerInstanceArns()))
                .containerInstances())
        .extracting(host -> host.ec2InstanceId())
        .containsExactlyElementsOf(
            autoScaling
                .describeAutoScalingGroups(
                    request -> request.autoScalingGroupNames(AccountSettings.GROUP))
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
            ecs.describeServices(
                    request -> request.cluster(AccountSettings.CLUSTER).services("nobody"))
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
                request -> request.autoScalingGroupName(AccountSettings.GROUP).desiredCapacity(9)))
        .isInstanceOfSatisfying(
            AutoScalingException.class,
            refused ->
                assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("ValidationError"));
  }
}
