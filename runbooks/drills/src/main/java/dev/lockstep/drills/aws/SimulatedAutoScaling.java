package dev.lockstep.drills.aws;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.autoscaling.HostGroup;
import dev.lockstep.drills.autoscaling.ScalingActivity;
import dev.lockstep.drills.journal.Names;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.CreateOrUpdateTagsRequest;
import software.amazon.awssdk.services.autoscaling.model.CreateOrUpdateTagsResponse;
import software.amazon.awssdk.services.autoscaling.model.DeletePolicyRequest;
import software.amazon.awssdk.services.autoscaling.model.DeletePolicyResponse;
import software.amazon.awssdk.services.autoscaling.model.DeleteTagsRequest;
import software.amazon.awssdk.services.autoscaling.model.DeleteTagsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribePoliciesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribePoliciesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesResponse;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.ResourceContentionException;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityInProgressException;
import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;
import software.amazon.awssdk.services.autoscaling.model.SetDesiredCapacityRequest;
import software.amazon.awssdk.services.autoscaling.model.SetDesiredCapacityResponse;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;
import software.amazon.awssdk.services.autoscaling.model.TerminateInstanceInAutoScalingGroupRequest;
import software.amazon.awssdk.services.autoscaling.model.TerminateInstanceInAutoScalingGroupResponse;
import software.amazon.awssdk.services.autoscaling.model.UpdateAutoScalingGroupRequest;
import software.amazon.awssdk.services.autoscaling.model.UpdateAutoScalingGroupResponse;

/** EC2 Auto Scaling over the simulated account. */
public final class SimulatedAutoScaling implements AutoScalingClient {
  /** The API's own page size. */
  private static final int ACTIVITIES_A_PAGE = 100;

  private final Account account;

  private SimulatedAutoScaling(Account account) {
    this.account = account;
  }

  public static AutoScalingClient of(Account account) {
    return FaultyClient.of(AutoScalingClient.class, new SimulatedAutoScaling(account), account);
  }

  @Override
  public DescribeAutoScalingGroupsResponse describeAutoScalingGroups(
      DescribeAutoScalingGroupsRequest request) {
    return account.exclusively(() ->
        DescribeAutoScalingGroupsResponse.builder()
            .autoScalingGroups(
                request.autoScalingGroupNames().stream()
                    .filter(Names.GROUP::equals)
                    .map(_ -> group())
                    .toList())
            .build());
  }

  private AutoScalingGroup group() {
    HostGroup group = account.group();
    return AutoScalingGroup.builder()
        .autoScalingGroupName(Names.GROUP)
        .minSize(group.min())
        .maxSize(group.max())
        .desiredCapacity(group.desired())
        .warmPoolSize(group.warm())
        .availabilityZones(group.zones())
        .instances(group.hosts().stream().map(SimulatedAutoScaling::instance).toList())
        .newInstancesProtectedFromScaleIn(group.settings().protectNewHosts())
        .tags(group.tags().entrySet().stream().map(SimulatedAutoScaling::tag).toList())
        .build();
  }

  private static Instance instance(Host host) {
    return Instance.builder()
        .instanceId(host.id())
        .availabilityZone(host.zone())
        .instanceType(host.type().name())
        .healthStatus("Healthy")
        .protectedFromScaleIn(host.protectedFromScaleIn())
        .lifecycleState(host.state().label())
        .build();
  }

  private static TagDescription tag(Map.Entry<String, String> tag) {
    return TagDescription.builder()
        .resourceId(Names.GROUP)
        .resourceType("auto-scaling-group")
        .key(tag.getKey())
        .value(tag.getValue())
        .build();
  }

  @Override
  public DescribeScalingActivitiesResponse describeScalingActivities(
      DescribeScalingActivitiesRequest request) {
    requireGroup(request.autoScalingGroupName());
    int most = request.maxRecords() == null ? ACTIVITIES_A_PAGE : request.maxRecords();
    return account.exclusively(() ->
        DescribeScalingActivitiesResponse.builder()
            .activities(
                account.group().activities().stream()
                    .limit(most)
                    .map(SimulatedAutoScaling::activity)
                    .toList())
            .build());
  }

  private static Activity activity(ScalingActivity activity) {
    return Activity.builder()
        .activityId(activity.id())
        .autoScalingGroupName(Names.GROUP)
        .description(activity.description())
        .cause(activity.cause())
        .startTime(activity.startedAt())
        .endTime(activity.endedAt().orElse(null))
        .statusCode(activity.status().label())
        .statusMessage(activity.message().orElse(null))
        .progress(activity.endedAt().isPresent() ? 100 : 50)
        .build();
  }

  /** Nobody but the brain scales this group, unless a drill brings a second controller. */
  @Override
  public DescribePoliciesResponse describePolicies(DescribePoliciesRequest request) {
    requireGroup(request.autoScalingGroupName());
    return account.exclusively(() ->
        DescribePoliciesResponse.builder()
            .scalingPolicies(
                account.scalingPolicies().stream()
                    .map(name ->
                        ScalingPolicy.builder()
                            .autoScalingGroupName(Names.GROUP)
                            .policyName(name)
                            .policyType("TargetTrackingScaling")
                            .enabled(true)
                            .build())
                    .toList())
            .build());
  }

  @Override
  public SetDesiredCapacityResponse setDesiredCapacity(SetDesiredCapacityRequest request) {
    requireGroup(request.autoScalingGroupName());
    return account.exclusively(() ->
        validated(() -> {
          if (account.apiFaults().contendedNow()) {
            throw ResourceContentionException.builder()
                .statusCode(500)
                .message(
                    "You already have a pending update to an Amazon EC2 Auto Scaling resource.")
                .build();
          }
          if (Boolean.TRUE.equals(request.honorCooldown()) && account.group().changing()) {
            throw ScalingActivityInProgressException.builder()
                .statusCode(400)
                .message(
                    "Scaling activity is in progress and blocks this action until it has ended.")
                .build();
          }
          account.group().setDesired(request.desiredCapacity());
          return SetDesiredCapacityResponse.builder().build();
        }));
  }

  /** Bounds, and the zones of the subnets that new hosts go to. */
  @Override
  public UpdateAutoScalingGroupResponse updateAutoScalingGroup(
      UpdateAutoScalingGroupRequest request) {
    requireGroup(request.autoScalingGroupName());
    return account.exclusively(() ->
        validated(() -> {
          HostGroup group = account.group();
          int min = Optional.ofNullable(request.minSize()).orElse(group.min());
          int max = Optional.ofNullable(request.maxSize()).orElse(group.max());
          if (min > max) {
            throw new IllegalArgumentException(
                "Min bound, %d, must be less than or equal to max bound, %d".formatted(min, max));
          }
          group.setBounds(min, max);
          Optional.ofNullable(request.vpcZoneIdentifier())
              .ifPresent(subnets ->
                  group.useZones(Arrays.stream(subnets.split(",")).map(Names::zoneOf).toList()));
          return UpdateAutoScalingGroupResponse.builder().build();
        }));
  }

  @Override
  public DeletePolicyResponse deletePolicy(DeletePolicyRequest request) {
    requireGroup(request.autoScalingGroupName());
    return account.exclusively(() -> {
      if (!account.scalingPolicies().contains(request.policyName())) {
        throw validationError("PolicyName not found - " + request.policyName());
      }
      account.detachScalingPolicy(request.policyName());
      return DeletePolicyResponse.builder().build();
    });
  }

  @Override
  public TerminateInstanceInAutoScalingGroupResponse terminateInstanceInAutoScalingGroup(
      TerminateInstanceInAutoScalingGroupRequest request) {
    return account.exclusively(() ->
        validated(() -> {
          account.group().terminate(request.instanceId(), request.shouldDecrementDesiredCapacity());
          return TerminateInstanceInAutoScalingGroupResponse.builder().build();
        }));
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
    if (!Names.GROUP.equals(name)) {
      throw validationError("AutoScalingGroup name not found - null");
    }
  }

  private static <T> T validated(Supplier<T> work) {
    try {
      return work.get();
    } catch (IllegalArgumentException refused) {
      throw validationError(String.valueOf(refused.getMessage()));
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
