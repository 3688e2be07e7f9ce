package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Bounds;
import dev.lockstep.scaler.policy.Fleet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;

/** Reads the group's counts, its instances and, from its tags, what an operator told the brain. */
final class GroupReader {
  private final Fleet fleet;
  private final AutoScalingClient autoScaling;

  GroupReader(Fleet fleet, AutoScalingClient autoScaling) {
    this.fleet = fleet;
    this.autoScaling = autoScaling;
  }

  /** The group before ECS has been asked which of its hosts it knows. */
  record Group(
      int desired, Bounds bounds, List<Host> hosts, Directives directives, List<String> gaps) {

    GroupState withRegistered(Reading<RegistrationReader.Registered> registered) {
      return new GroupState(desired, bounds, hosts, registeredOf(registered), emptyOf(registered));
    }

    /** Unknown hosts are not empty ones. */
    private List<String> emptyOf(Reading<RegistrationReader.Registered> registered) {
      Map<String, Integer> tasks =
          registered.known().map(RegistrationReader.Registered::tasks).orElse(Map.of());
      return hosts.stream()
          .filter(host -> host.phase() == Host.Phase.IN_SERVICE)
          .map(Host::instanceId)
          .filter(id -> tasks.getOrDefault(id, 1) == 0)
          .toList();
    }

    /** A cluster may hold hosts of other groups; only this group's own count. */
    private Reading<Integer> registeredOf(Reading<RegistrationReader.Registered> registered) {
      return switch (registered) {
        case Reading.Unknown<RegistrationReader.Registered>(String why) ->
            new Reading.Unknown<>(why);
        case Reading.Known<RegistrationReader.Registered>(var known, String source) ->
            new Reading.Known<>(
                Math.toIntExact(
                    hosts.stream()
                        .filter(host -> host.phase() == Host.Phase.IN_SERVICE)
                        .filter(host -> known.tasks().containsKey(host.instanceId()))
                        .count()),
                source);
      };
    }
  }

  Group read() {
    return autoScaling
        .describeAutoScalingGroups(
            request -> request.autoScalingGroupNames(fleet.autoScalingGroup()))
        .autoScalingGroups()
        .stream()
        .findFirst()
        .map(this::group)
        .orElseThrow(() ->
            new IllegalStateException(
                "no Auto Scaling group is named %s; check LOCKSTEP_ASG"
                    .formatted(fleet.autoScalingGroup())));
  }

  private Group group(AutoScalingGroup group) {
    List<String> gaps = new ArrayList<>();
    Directives directives = directives(group.tags(), gaps);
    return new Group(
        group.desiredCapacity(),
        new Bounds(group.minSize(), group.maxSize()),
        group.instances().stream().map(GroupReader::host).toList(),
        directives,
        List.copyOf(gaps));
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

  private Directives directives(List<TagDescription> tags, List<String> gaps) {
    Map<String, String> values =
        tags.stream()
            .collect(Collectors.toMap(TagDescription::key, TagDescription::value, (a, _) -> a));
    return new Directives(
        directive(Directive.Floor.key(fleet.service()), values, Directive.Floor::parse, gaps),
        directive(Directive.Hold.key(fleet.service()), values, Directive.Hold::parse, gaps));
  }

  private static <T extends Directive> Optional<T> directive(
      String key,
      Map<String, String> tags,
      Function<String, Optional<T>> parse,
      List<String> gaps) {
    Optional<String> value = Optional.ofNullable(tags.get(key));
    Optional<T> directive = value.flatMap(parse);
    if (value.isPresent() && directive.isEmpty()) {
      gaps.add(
          "the group's tag %s is '%s', which is no directive; it is ignored"
              .formatted(key, value.get()));
    }
    return directive;
  }
}
