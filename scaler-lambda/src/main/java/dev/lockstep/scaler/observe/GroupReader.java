package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Bounds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;

/** Reads the groups' counts, their instances and their tags, fifty in a call. */
final class GroupReader {
  /** The most names that DescribeAutoScalingGroups takes. */
  private static final int GROUPS_A_CALL = 50;

  private final List<List<String>> batches;
  private final AutoScalingClient autoScaling;
  private final ParallelReads reads;

  GroupReader(List<String> names, AutoScalingClient autoScaling, ParallelReads reads) {
    this.batches = ParallelReads.batches(names, GROUPS_A_CALL);
    this.autoScaling = autoScaling;
    this.reads = reads;
  }

  /** A group before ECS has been asked which of its hosts it knows. */
  record Group(int desired, Bounds bounds, List<Host> hosts, int pooled, Map<String, String> tags) {
    GroupState with(Reading<Map<String, Registration>> registrations) {
      return new GroupState(desired, bounds, hosts, registrations);
    }
  }

  /** One reading a group, by its name. */
  Map<String, Reading<Group>> read() {
    Map<String, Reading<Group>> groups = new HashMap<>();
    reads.each(batches, this::read).forEach(groups::putAll);
    return groups;
  }

  private Map<String, Reading<Group>> read(List<String> names) {
    Reading<Map<String, Group>> found =
        ParallelReads.attempt("group " + String.join(", ", names), () -> describe(names));
    return names.stream()
        .collect(
            Collectors.toMap(
                name -> name,
                name ->
                    switch (found) {
                      case Reading.Unknown<Map<String, Group>>(String why) ->
                          new Reading.Unknown<>(why);
                      case Reading.Known<Map<String, Group>>(var groups, String _) ->
                          reading(name, Optional.ofNullable(groups.get(name)));
                    }));
  }

  private static Reading<Group> reading(String name, Optional<Group> group) {
    return group
        .<Reading<Group>>map(found -> new Reading.Known<>(found, "group " + name))
        .orElseGet(() ->
            new Reading.Unknown<>(
                "group %s could not be read: no Auto Scaling group is named %s; check LOCKSTEP_ASG"
                    .formatted(name, name)));
  }

  private Map<String, Group> describe(List<String> names) {
    return autoScaling
        .describeAutoScalingGroups(request -> request.autoScalingGroupNames(names))
        .autoScalingGroups()
        .stream()
        .collect(Collectors.toMap(AutoScalingGroup::autoScalingGroupName, GroupReader::group));
  }

  private static Group group(AutoScalingGroup group) {
    return new Group(
        group.desiredCapacity(),
        new Bounds(group.minSize(), group.maxSize()),
        group.instances().stream().map(GroupReader::host).toList(),
        Optional.ofNullable(group.warmPoolSize()).orElse(0),
        group.tags().stream()
            .collect(Collectors.toMap(TagDescription::key, TagDescription::value, (a, _) -> a)));
  }

  private static Host host(Instance instance) {
    return new Host(
        instance.instanceId(),
        switch (instance.lifecycleState()) {
          case IN_SERVICE -> Host.Phase.IN_SERVICE;
          // Warm pool states (WARMED_*) are not on the way: nobody has asked for those hosts yet.
          case PENDING, PENDING_WAIT, PENDING_PROCEED -> Host.Phase.ON_THE_WAY;
          // A state that a later AWS release adds is not counted on until someone has looked at it.
          default -> Host.Phase.LEAVING;
        });
  }
}
