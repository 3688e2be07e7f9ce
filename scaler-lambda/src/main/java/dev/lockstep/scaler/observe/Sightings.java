package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.services.autoscaling.model.Activity;

/** What every read of one run brought, to be put together service by service. */
record Sightings(
    Instant at,
    Map<Fleet, Reading<ServiceState>> services,
    Map<String, Reading<GroupReader.Group>> groups,
    Map<String, Reading<Map<String, Registration>>> registrations,
    Map<Fleet, Reading<MetricPoints>> recent,
    Map<Fleet, Reading<MetricPoints>> histories,
    Reading<Map<String, List<Activity>>> activities,
    Reading<RivalReader.Rivals> rivals) {

  /** Whether answers are late or refused, so that it is worth asking why. */
  boolean strained(Policy policy) {
    return reading(recent, policy.fleet())
        .known()
        .filter(points ->
            points.refused(at) > 0 || over(policy.p95Budget(), points.latency(policy, at)))
        .isPresent();
  }

  private static boolean over(Duration budget, Reading<Duration> p95) {
    return p95.known().filter(latency -> latency.compareTo(budget) > 0).isPresent();
  }

  /**
   * The looks at the services that share one group.
   *
   * @param strains the metrics of late answers, of services that have them
   */
  List<Sighted> of(List<Policy> sharing, Map<Fleet, Reading<MetricPoints>> strains) {
    List<String> unseen =
        sharing.stream()
            .map(policy -> why(reading(services, policy.fleet())))
            .flatMap(Optional::stream)
            .toList();
    return sharing.stream()
        .map(policy ->
            new Sighted(
                policy,
                look(
                    policy,
                    unseen,
                    Optional.ofNullable(strains.get(policy.fleet()))
                        .map(Sightings::minutes)
                        .orElse(new Reading.Known<>(List.of(), "answers are in time")))))
        .toList();
  }

  private static Reading<List<ServiceMinute>> minutes(Reading<MetricPoints> points) {
    return switch (points) {
      case Reading.Known<MetricPoints>(MetricPoints known, String source) ->
          new Reading.Known<>(known.minutes(), source);
      case Reading.Unknown<MetricPoints>(String why) -> new Reading.Unknown<>(why);
    };
  }

  /**
   * One look.
   *
   * @param unseen why services of the same group could not be read: they may need what looks free
   */
  private Look look(Policy policy, List<String> unseen, Reading<List<ServiceMinute>> strain) {
    Reading<ServiceState> service = reading(services, policy.fleet());
    Reading<GroupReader.Group> group = reading(groups, policy.fleet().autoScalingGroup());
    if (service instanceof Reading.Known<ServiceState>(ServiceState seenService, String _)
        && group
            instanceof Reading.Known<GroupReader.Group>(GroupReader.Group seenGroup, String _)) {
      return new Look.Clear(observation(policy, seenService, seenGroup, unseen, strain));
    }
    return new Look.Obscured(
        Stream.of(service, group).map(Sightings::why).flatMap(Optional::stream).toList());
  }

  private Observation observation(
      Policy policy,
      ServiceState service,
      GroupReader.Group group,
      List<String> unseen,
      Reading<List<ServiceMinute>> strain) {
    Fleet fleet = policy.fleet();
    Reading<Map<String, Registration>> known = reading(registrations, fleet.cluster());
    Reading<MetricPoints> now = reading(recent, fleet);
    Reading<MetricPoints> past = reading(histories, fleet);
    DirectiveReader.Found found = DirectiveReader.read(fleet.service(), group.tags());
    return new Observation(
        at,
        service,
        group.with(known),
        demand(policy, now),
        past.known().map(points -> points.history(at)).orElse(RateHistory.NONE),
        experience(policy, service, group, known, now, past, strain),
        LaunchReader.trouble(activitiesOf(fleet), at),
        rivals.known().map(all -> all.of(fleet)).orElse(List.of()),
        found.directives(),
        Stream.of(
                found.gaps().stream(),
                Stream.of(known, now, past, strain, activities, rivals)
                    .map(Sightings::why)
                    .flatMap(Optional::stream),
                unseen.stream())
            .flatMap(Function.identity())
            .toList());
  }

  private Experience experience(
      Policy policy,
      ServiceState service,
      GroupReader.Group group,
      Reading<Map<String, Registration>> known,
      Reading<MetricPoints> now,
      Reading<MetricPoints> past,
      Reading<List<ServiceMinute>> strain) {
    return new Experience(
        LaunchHistory.of(
            activitiesOf(policy.fleet()),
            known.known().map(Sightings::registeredAt).orElse(Map.of()),
            now.known().map(MetricPoints::healthy).orElseGet(TreeMap::new),
            policy.gpus().tasksPerHost()),
        group.pooled(),
        learned(past, MetricQueries.COLD_LEADS),
        learned(past, MetricQueries.WARM_LEADS),
        learned(now, MetricQueries.RATES),
        strain.known().orElse(List.of()),
        now.known().map(points -> points.refused(at)).orElse(0.0),
        service.deploying() ? Optional.of(at) : service.deployedAt());
  }

  private List<Activity> activitiesOf(Fleet fleet) {
    return activities
        .known()
        .map(all -> all.getOrDefault(fleet.autoScalingGroup(), List.of()))
        .orElse(List.of());
  }

  private static Map<String, Instant> registeredAt(Map<String, Registration> known) {
    Map<String, Instant> times = new HashMap<>();
    known.forEach((id, registration) -> times.put(id, registration.registeredAt()));
    return times;
  }

  private static List<LearnedPoint> learned(Reading<MetricPoints> points, String name) {
    return points.known().map(all -> all.learned(name)).orElse(List.of());
  }

  private Demand demand(Policy policy, Reading<MetricPoints> points) {
    return switch (points) {
      case Reading.Known<MetricPoints>(MetricPoints known, String _) -> known.demand(policy, at);
      case Reading.Unknown<MetricPoints>(String why) ->
          new Demand(
              new Reading.Unknown<>(why),
              new Reading.Unknown<>(why),
              new Reading.Unknown<>(why),
              RequestRate.ZERO,
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
