package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Host;
import dev.lockstep.scaler.observe.LaunchSample;
import dev.lockstep.scaler.observe.Observation;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Hosts that came into service and that ECS still does not know a whole lead time later: their
 * agent did not start, or joined another cluster. A task for them would wait for ever.
 */
final class Strangers {
  private Strangers() {}

  static Set<String> of(Observation observation, Duration lead) {
    if (observation.group().registrations().known().isEmpty()) {
      return Set.of();
    }
    Set<String> unregistered =
        observation.group().hosts().stream()
            .filter(host -> host.phase() == Host.Phase.IN_SERVICE)
            .map(Host::instanceId)
            .filter(id -> observation.group().registration(id).isEmpty())
            .collect(Collectors.toSet());
    return observation.experience().launches().samples().stream()
        .filter(launch -> unregistered.contains(launch.instanceId()))
        .filter(launch -> inService(launch, lead, observation))
        .map(LaunchSample::instanceId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean inService(LaunchSample launch, Duration lead, Observation observation) {
    return launch.ordered().plus(launch.boot()).plus(lead).isBefore(observation.at());
  }
}
