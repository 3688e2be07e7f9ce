package dev.lockstep.scaler.act;

import dev.lockstep.scaler.decide.Plan;
import dev.lockstep.scaler.decide.Step;
import dev.lockstep.scaler.observe.Directive;
import dev.lockstep.scaler.observe.ReportedResources;
import dev.lockstep.scaler.policy.Fleet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Tag;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.ContainerInstanceStatus;
import software.amazon.awssdk.services.ecs.model.Service;

/**
 * Carries out a plan's steps in order.
 *
 * <p>Both counts are absolute, and another run may have raised one since the picture was taken. So
 * each is looked at again right before it is set, and left alone when it is there already: a late
 * run must never take back what a newer one ordered. Each AWS failure is one step's outcome, never
 * an exception: what did not happen now, the next run completes.
 */
public final class FleetActuator {
  private static final String GROUP = "auto-scaling-group";

  private final EcsClient ecs;
  private final AutoScalingClient autoScaling;

  public FleetActuator(EcsClient ecs, AutoScalingClient autoScaling) {
    this.ecs = ecs;
    this.autoScaling = autoScaling;
  }

  /** One result a step, in the plan's order. */
  public List<StepResult> execute(Fleet fleet, Plan plan) {
    List<StepResult> results = new ArrayList<>();
    boolean hostsFailed = false;
    for (Step step : plan.steps()) {
      Outcome outcome =
          plan.dryRun() ? new Outcome.NotRun("dry run") : attempt(fleet, step, hostsFailed);
      hostsFailed |= step instanceof Step.RaiseHosts && outcome instanceof Outcome.Failed;
      results.add(new StepResult(step, outcome));
    }
    return List.copyOf(results);
  }

  private Outcome attempt(Fleet fleet, Step step, boolean hostsFailed) {
    try {
      return switch (step) {
        case Step.RaiseHosts raise -> raiseHosts(fleet, raise);
        case Step.RaiseTasks raise -> raiseTasks(fleet, raise, hostsFailed);
        case Step.LowerTasks lower -> lowerTasks(fleet, lower);
        case Step.WithdrawTasks withdraw -> withdrawTasks(fleet, withdraw);
        case Step.AskAgain again -> askAgain(fleet, again);
        case Step.RetireHosts(List<String> instanceIds) -> retireHosts(fleet, instanceIds);
        case Step.Remember(Directive directive) -> remember(fleet, directive);
        case Step.Forget _ -> forget(fleet);
      };
    } catch (SdkException failure) {
      return new Outcome.Failed(String.valueOf(failure.getMessage()));
    }
  }

  private Outcome raiseHosts(Fleet fleet, Step.RaiseHosts raise) {
    int desired = desiredHosts(fleet);
    if (desired >= raise.to()) {
      return new Outcome.AlreadyThere("the group's desired capacity is %d".formatted(desired));
    }
    autoScaling.setDesiredCapacity(request ->
        request
            .autoScalingGroupName(fleet.autoScalingGroup())
            .desiredCapacity(raise.to())
            .honorCooldown(false));
    return new Outcome.Done("the group's desired capacity is now %d".formatted(raise.to()));
  }

  private int desiredHosts(Fleet fleet) {
    return autoScaling
        .describeAutoScalingGroups(
            request -> request.autoScalingGroupNames(fleet.autoScalingGroup()))
        .autoScalingGroups()
        .stream()
        .findFirst()
        .map(AutoScalingGroup::desiredCapacity)
        .orElse(0);
  }

  private Outcome raiseTasks(Fleet fleet, Step.RaiseTasks raise, boolean hostsFailed) {
    int target = hostsFailed ? raise.withoutNewHosts() : raise.to();
    int desired = desiredTasks(fleet);
    if (target <= raise.from()) {
      return new Outcome.NotRun("no host for them was ordered; the next run tries again");
    }
    if (desired >= target) {
      return new Outcome.AlreadyThere("the service's desired count is %d".formatted(desired));
    }
    return setDesiredTasks(fleet, target);
  }

  /** A count that somebody has changed since the picture was taken is left alone. */
  private Outcome lowerTasks(Fleet fleet, Step.LowerTasks lower) {
    return changedMeanwhile(desiredTasks(fleet), lower.from())
        .orElseGet(() -> setDesiredTasks(fleet, lower.to()));
  }

  private Outcome withdrawTasks(Fleet fleet, Step.WithdrawTasks withdraw) {
    return foundPlace(fleet, withdraw.from(), withdraw.to())
        .orElseGet(() -> setDesiredTasks(fleet, withdraw.to()));
  }

  /** Should the second call fail, the next run raises what the first has lowered. */
  private Outcome askAgain(Fleet fleet, Step.AskAgain again) {
    return foundPlace(fleet, again.count(), again.placed())
        .orElseGet(() -> {
          setDesiredTasks(fleet, again.placed());
          return setDesiredTasks(fleet, again.count());
        });
  }

  /** A task that found a place since the picture was taken must not be ended. */
  private Optional<Outcome> foundPlace(Fleet fleet, int desired, int placed) {
    Optional<Service> service = service(fleet);
    int there = service.map(seen -> seen.runningCount() + seen.pendingCount()).orElse(0);
    return changedMeanwhile(service.map(Service::desiredCount).orElse(0), desired)
        .or(() ->
            there > placed
                ? Optional.of(new Outcome.NotRun("%d tasks have a place by now".formatted(there)))
                : Optional.empty());
  }

  private static Optional<Outcome> changedMeanwhile(int desired, int seen) {
    return desired == seen
        ? Optional.empty()
        : Optional.of(
            new Outcome.NotRun("the desired count is %d by now, not %d".formatted(desired, seen)));
  }

  /**
   * Marks each host DRAINING, so that nothing new is placed on it, looks again, and ends it only if
   * it is still empty. One that got a task in between is given back.
   */
  private Outcome retireHosts(Fleet fleet, List<String> instanceIds) {
    List<String> retired = new ArrayList<>();
    List<String> busy = new ArrayList<>();
    for (ContainerInstance host : named(fleet, instanceIds)) {
      String arn = host.containerInstanceArn();
      setStatus(fleet, arn, ContainerInstanceStatus.DRAINING);
      if (empty(fleet, arn)) {
        autoScaling.terminateInstanceInAutoScalingGroup(request ->
            request.instanceId(host.ec2InstanceId()).shouldDecrementDesiredCapacity(true));
        retired.add(host.ec2InstanceId());
      } else {
        setStatus(fleet, arn, ContainerInstanceStatus.ACTIVE);
        busy.add(host.ec2InstanceId());
      }
    }
    String kept = busy.isEmpty() ? "" : "; kept for their new tasks: " + String.join(", ", busy);
    return retired.isEmpty()
        ? new Outcome.NotRun("no host was still empty" + kept)
        : new Outcome.Done("ended %s%s".formatted(String.join(", ", retired), kept));
  }

  private List<ContainerInstance> named(Fleet fleet, List<String> instanceIds) {
    List<String> arns =
        ecs.listContainerInstances(request ->
                request
                    .cluster(fleet.cluster())
                    .filter("ec2InstanceId in ['%s']".formatted(String.join("', '", instanceIds))))
            .containerInstanceArns();
    return arns.isEmpty()
        ? List.of()
        : ecs
            .describeContainerInstances(
                request -> request.cluster(fleet.cluster()).containerInstances(arns))
            .containerInstances()
            .stream()
            .filter(host -> instanceIds.contains(host.ec2InstanceId()))
            .toList();
  }

  private void setStatus(Fleet fleet, String arn, ContainerInstanceStatus status) {
    ecs.updateContainerInstancesState(
        request -> request.cluster(fleet.cluster()).containerInstances(arn).status(status));
  }

  /** Not even a task that is being stopped: it holds what it had until it has stopped. */
  private boolean empty(Fleet fleet, String arn) {
    return ecs
        .describeContainerInstances(
            request -> request.cluster(fleet.cluster()).containerInstances(arn))
        .containerInstances()
        .stream()
        .allMatch(host ->
            host.runningTasksCount() + host.pendingTasksCount() == 0
                && ReportedResources.remaining(host).equals(ReportedResources.offered(host)));
  }

  private Outcome setDesiredTasks(Fleet fleet, int count) {
    ecs.updateService(
        request -> request.cluster(fleet.cluster()).service(fleet.service()).desiredCount(count));
    return new Outcome.Done("the service's desired count is now %d".formatted(count));
  }

  private int desiredTasks(Fleet fleet) {
    return service(fleet).map(Service::desiredCount).orElse(0);
  }

  private Optional<Service> service(Fleet fleet) {
    return ecs
        .describeServices(request -> request.cluster(fleet.cluster()).services(fleet.service()))
        .services()
        .stream()
        .findFirst();
  }

  private Outcome remember(Fleet fleet, Directive directive) {
    autoScaling.createOrUpdateTags(request ->
        request.tags(
            tag(fleet, directive.tagKey(fleet.service())).toBuilder()
                .value(directive.tagValue())
                .propagateAtLaunch(false)
                .build()));
    return new Outcome.Done("the group remembers it");
  }

  private Outcome forget(Fleet fleet) {
    autoScaling.deleteTags(request ->
        request.tags(
            Directive.tagKeys(fleet.service()).stream().map(key -> tag(fleet, key)).toList()));
    return new Outcome.Done("the group's tags are gone");
  }

  private static Tag tag(Fleet fleet, String key) {
    return Tag.builder().resourceType(GROUP).resourceId(fleet.autoScalingGroup()).key(key).build();
  }
}
