package dev.lockstep.scaler;

import java.util.Map;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.CreateOrUpdateTagsRequest;
import software.amazon.awssdk.services.autoscaling.model.CreateOrUpdateTagsResponse;
import software.amazon.awssdk.services.autoscaling.model.DeleteTagsRequest;
import software.amazon.awssdk.services.autoscaling.model.DeleteTagsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribePoliciesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribePoliciesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesResponse;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;
import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;
import software.amazon.awssdk.services.autoscaling.model.SetDesiredCapacityRequest;
import software.amazon.awssdk.services.autoscaling.model.SetDesiredCapacityResponse;
import software.amazon.awssdk.services.autoscaling.model.Tag;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;
import software.amazon.awssdk.services.autoscaling.model.TerminateInstanceInAutoScalingGroupRequest;
import software.amazon.awssdk.services.autoscaling.model.TerminateInstanceInAutoScalingGroupResponse;

/** The Auto Scaling of {@link FakeAws}. */
final class FakeAutoScaling implements AutoScalingClient {
  private final FakeAws aws;

  FakeAutoScaling(FakeAws aws) {
    this.aws = aws;
  }

  @Override
  public DescribeAutoScalingGroupsResponse describeAutoScalingGroups(
      DescribeAutoScalingGroupsRequest request) {
    aws.call("describeAutoScalingGroups");
    return DescribeAutoScalingGroupsResponse.builder()
        .autoScalingGroups(
            AutoScalingGroup.builder()
                .autoScalingGroupName(request.autoScalingGroupNames().getFirst())
                .desiredCapacity(aws.hosts)
                .minSize(0)
                .maxSize(aws.maxHosts)
                .instances(aws.instances.stream().map(FakeAutoScaling::inService).toList())
                .tags(aws.tags.entrySet().stream().map(FakeAutoScaling::description).toList())
                .build())
        .build();
  }

  @Override
  public DescribeScalingActivitiesResponse describeScalingActivities(
      DescribeScalingActivitiesRequest request) {
    aws.call("describeScalingActivities");
    return DescribeScalingActivitiesResponse.builder().activities(aws.activities).build();
  }

  @Override
  public DescribePoliciesResponse describePolicies(DescribePoliciesRequest request) {
    aws.call("describePolicies");
    return DescribePoliciesResponse.builder()
        .scalingPolicies(
            aws.scalingPolicies.stream()
                .map(name ->
                    ScalingPolicy.builder()
                        .autoScalingGroupName("gpu-hosts")
                        .policyName(name)
                        .enabled(true)
                        .build())
                .toList())
        .build();
  }

  @Override
  public SetDesiredCapacityResponse setDesiredCapacity(SetDesiredCapacityRequest request) {
    aws.change("setDesiredCapacity", "hosts=" + request.desiredCapacity());
    aws.hosts = request.desiredCapacity();
    return SetDesiredCapacityResponse.builder().build();
  }

  @Override
  public TerminateInstanceInAutoScalingGroupResponse terminateInstanceInAutoScalingGroup(
      TerminateInstanceInAutoScalingGroupRequest request) {
    synchronized (aws.changes) {
      return terminate(request);
    }
  }

  private TerminateInstanceInAutoScalingGroupResponse terminate(
      TerminateInstanceInAutoScalingGroupRequest request) {
    if (!aws.instances.contains(request.instanceId())) {
      throw SdkClientException.create("Instance Id not found - " + request.instanceId());
    }
    aws.change(
        "terminateInstanceInAutoScalingGroup",
        "end %s, decrement %s"
            .formatted(request.instanceId(), request.shouldDecrementDesiredCapacity()));
    aws.hosts--;
    aws.instances.remove(request.instanceId());
    aws.registered.remove(request.instanceId());
    aws.draining.remove(request.instanceId());
    return TerminateInstanceInAutoScalingGroupResponse.builder().build();
  }

  @Override
  public CreateOrUpdateTagsResponse createOrUpdateTags(CreateOrUpdateTagsRequest request) {
    for (Tag tag : request.tags()) {
      aws.change("createOrUpdateTags", "tag " + tag.key() + " = " + tag.value());
      aws.tags.put(tag.key(), tag.value());
    }
    return CreateOrUpdateTagsResponse.builder().build();
  }

  @Override
  public DeleteTagsResponse deleteTags(DeleteTagsRequest request) {
    for (Tag tag : request.tags()) {
      aws.change("deleteTags", "no tag " + tag.key());
      aws.tags.remove(tag.key());
    }
    return DeleteTagsResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  private static Instance inService(String instanceId) {
    return Instance.builder()
        .instanceId(instanceId)
        .lifecycleState(LifecycleState.IN_SERVICE)
        .build();
  }

  private static TagDescription description(Map.Entry<String, String> tag) {
    return TagDescription.builder().key(tag.getKey()).value(tag.getValue()).build();
  }
}
