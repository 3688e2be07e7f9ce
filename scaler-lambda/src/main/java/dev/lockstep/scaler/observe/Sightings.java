package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import dev.lockstep.scaler.policy.Policy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What every read of one run brought, to be put together service by service. */
record Sightings(
    Instant at,
    Map<Fleet, Reading<ServiceState>> services,
    Map<String, Reading<GroupReader.Group>> groups,
    Map<String, Reading<Map<String, Registration>>> registrations,
    Map<Fleet, Reading<Demand>> demands,
    Map<Fleet, Reading<RateHistory>> histories,
    Reading<Map<String, LaunchTrouble>> troubles,
    Reading<RivalReader.Rivals> rivals) {

  private static final Reading<RateHistory> NOT_ASKED =
      new Reading.Known<>(RateHistory.NONE, "no forecast is wanted");

  /** The looks at the services that share one group. */
  List<Sighted> of(List<Policy> sharing) {
    List<String> unseen =
        sharing.stream().map(this::serviceProblem).flatMap(Optional::stream).toList();
    return sharing.stream()
        .map(policy -> new Sighted(policy, look(policy.fleet(), unseen)))
        .toList();
  }

  private Optional<String> serviceProblem(Policy policy) {
    return why(reading(services, policy.fleet()));
  }

  /**
   * One look.
   *
   * @param unseen why services of the same group could not be read: they may need what looks free
   */
  private Look look(Fleet fleet, List<String> unseen) {
    Reading<ServiceState> service = reading(services, fleet);
    Reading<GroupReader.Group> group = reading(groups, fleet.autoScalingGroup());
    if (service instanceof Reading.Known<ServiceState>(ServiceState seenService, String _)
        && group
            instanceof Reading.Known<GroupReader.Group>(GroupReader.Group seenGroup, String _)) {
      return new Look.Clear(observation(fleet, seenService, seenGroup, unseen));
    }
    return new Look.Obscured(
        Stream.of(service, group).map(Sightings::why).flatMap(Optional::stream).toList());
  }

  private Observation observation(
      Fleet fleet, ServiceState service, GroupReader.Group group, List<String> unseen) {
    Reading<Map<String, Registration>> known = reading(registrations, fleet.cluster());
    Reading<Demand> demand = reading(demands, fleet);
    Reading<RateHistory> history = histories.getOrDefault(fleet, NOT_ASKED);
    DirectiveReader.Found found = DirectiveReader.read(fleet.service(), group.tags());
    return new Observation(
        at,
        service,
        group.with(known),
        orUnknown(demand),
        history.known().orElse(RateHistory.NONE),
        troubles.known().flatMap(all -> Optional.ofNullable(all.get(fleet.autoScalingGroup()))),
        rivals.known().map(all -> all.of(fleet)).orElse(List.of()),
        found.directives(),
        Stream.of(
                found.gaps().stream(),
                Stream.of(known, demand, history, troubles, rivals)
                    .map(Sightings::why)
                    .flatMap(Optional::stream),
                unseen.stream())
            .flatMap(sentences -> sentences)
            .toList());
  }

  private static Demand orUnknown(Reading<Demand> demand) {
    return switch (demand) {
      case Reading.Known<Demand>(Demand known, String _) -> known;
      case Reading.Unknown<Demand>(String why) ->
          new Demand(
              new Reading.Unknown<>(why),
              new Reading.Unknown<>(why),
              new Reading.Unknown<>(why),
              new Reading.Unknown<>(why));
    };
  }

  private static <K, V> Reading<V> reading(Map<K, Reading<V>> readings, K key) {
    return readings.getOrDefault(key, new Reading.Unknown<>("%s was not read".formatted(key)));
  }

  private static Optional<String> why(Reading<?> reading) {
    return switch (reading) {
      case Reading.Known<?> _ -> Optional.empty();
      case Reading.Unknown<?>(String why) -> Optional.of(why);
    };
  }
}
