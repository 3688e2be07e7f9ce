package dev.lockstep.drills.aws;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.account.Host;
import dev.lockstep.drills.account.HostGroup;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.CreateOrUpdateTagsRequest;
import software.amazon.awssdk.services.autoscaling.model.CreateOrUpdateTagsResponse;
import software.amazon.awssdk.services.autoscaling.model.DeleteTagsRequest;
import software.amazon.awssdk.services.autoscaling.model.DeleteTagsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsResponse;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;
import software.amazon.awssdk.services.autoscaling.model.SetDesiredCapacityRequest;
import software.amazon.awssdk.services.autoscaling.model.SetDesiredCapacityResponse;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;

/** EC2 Auto Scaling over the simulated account. */
public final class SimulatedAutoScaling implements AutoScalingClient {
  private final Account account;

  private SimulatedAutoScaling(Account account) {
    this.account = account;
  }

  public static AutoScalingClient of(Account account) {
    return LoudClient.of(AutoScalingClient.class, new SimulatedAutoScaling(account));
  }

  @Override
  public DescribeAutoScalingGroupsResponse describeAutoScalingGroups(
      DescribeAutoScalingGroupsRequest request) {
    return account.exclusively(() ->
        DescribeAutoScalingGroupsResponse.builder()
            .autoScalingGroups(
                request.autoScalingGroupNames().stream()
                    .filter(AccountSettings.GROUP::equals)
                    .map(_ -> group())
                    .toList())
            .build());
  }

  private AutoScalingGroup group() {
    HostGroup group = account.group();
    return AutoScalingGroup.builder()
        .autoScalingGroupName(AccountSettings.GROUP)
        .minSize(0)
        .maxSize(group.max())
        .desiredCapacity(group.desired())
        .instances(group.hosts().stream().map(SimulatedAutoScaling::instance).toList())
        .tags(group.tags().entrySet().stream().map(SimulatedAutoScaling::tag).toList())
        .build();
  }

  private static Instance instance(Host host) {
    return Instance.builder()
        .instanceId(host.id())
        .lifecycleState(host.inService() ? LifecycleState.IN_SERVICE : LifecycleState.PENDING)
        .build();
  }

  private static TagDescription tag(Map.Entry<String, String> tag) {
    return TagDescription.builder().key(tag.getKey()).value(tag.getValue()).build();
  }

  @Override
  public SetDesiredCapacityResponse setDesiredCapacity(SetDesiredCapacityRequest request) {
    requireGroup(request.autoScalingGroupName());
    return account.exclusively(() -> {
      try {
        account.group().setDesired(request.desiredCapacity());
      } catch (IllegalArgumentException outsideBounds) {
        throw validationError(String.valueOf(outsideBounds.getMessage()));
      }
      return SetDesiredCapacityResponse.builder().build();
    });
  }

  @Override
  public CreateOrUpdateTagsResponse createOrUpdateTags(CreateOrUpdateTagsRequest request) {
    return account.exclusively(() -> {
      request
          .tags()
          .forEach(tag -> {
            requireGroup(tag.resourceId());
            account.group().tag(tag.key(), tag.value());
          });
      return CreateOrUpdateTagsResponse.builder().build();
    });
  }

  @Override
  public DeleteTagsResponse deleteTags(DeleteTagsRequest request) {
    return account.exclusively(() -> {
      request
          .tags()
          .forEach(tag -> {
            requireGroup(tag.resourceId());
            account.group().untag(tag.key());
          });
      return DeleteTagsResponse.builder().build();
    });
  }

  private static void requireGroup(String name) {
    if (!AccountSettings.GROUP.equals(name)) {
      throw validationError("AutoScalingGroup name not found - null");
    }
  }

  private static AutoScalingException validationError(String message) {
    return (AutoScalingException)
        AutoScalingException.builder()
            .statusCode(400)
            .message(message)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .errorCode("ValidationError")
                    .errorMessage(message)
                    .serviceName("AutoScaling")
                    .build())
            .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
