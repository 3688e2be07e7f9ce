package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * Takes one {@link Observation}, all reads in parallel.
 *
 * <p>The service and the group are essential: without either there is no picture. All else is not:
 * what could not be read is a gap in the picture, the decision says so, and nothing is taken away.
 */
public final class FleetObserver {
  private final Fleet fleet;
  private final ServiceReader services;
  private final GroupReader groups;
  private final RegistrationReader registrations;
  private final DemandReader demands;
  private final LaunchReader launches;
  private final RivalReader rivals;

  /**
   * Looks at one fleet.
   *
   * @param holdDown how far back the busiest minute is looked for
   */
  public FleetObserver(
      Fleet fleet,
      Duration holdDown,
      EcsClient ecs,
      AutoScalingClient autoScaling,
      CloudWatchClient cloudWatch) {
    this.fleet = fleet;
    this.services = new ServiceReader(fleet, ecs);
    this.groups = new GroupReader(fleet, autoScaling);
    this.registrations = new RegistrationReader(fleet, ecs);
    this.demands = new DemandReader(fleet, holdDown, cloudWatch);
    this.launches = new LaunchReader(fleet, autoScaling);
    this.rivals = new RivalReader(fleet, autoScaling, cloudWatch);
  }

  public Look observe(Instant now) {
    try (ExecutorService reads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Reading<ServiceState>> service =
          reads.submit(() -> attempt("service " + fleet.service(), services::read));
      Future<Reading<GroupReader.Group>> group =
          reads.submit(() -> attempt("group " + fleet.autoScalingGroup(), groups::read));
      Future<Reading<RegistrationReader.Registered>> registered =
          reads.submit(() -> attempt("container instances", registrations::read));
      Future<Reading<Demand>> demand =
          reads.submit(() -> attempt("metrics", () -> demands.read(now)));
      Future<Reading<RateHistory>> history =
          reads.submit(() -> attempt("the history of demand", () -> demands.history(now)));
      Future<Reading<Optional<LaunchTrouble>>> trouble =
          reads.submit(() -> attempt("scaling activities", () -> launches.read(now)));
      Future<Reading<List<String>>> others =
          reads.submit(() -> attempt("other controllers", rivals::read));
      return new Looked(
              get(service),
              get(group),
              get(registered),
              get(demand),
              get(history),
              get(trouble),
              get(others))
          .picture(now);
    }
  }

  /** What each read brought. */
  private record Looked(
      Reading<ServiceState> service,
      Reading<GroupReader.Group> group,
      Reading<RegistrationReader.Registered> registered,
      Reading<Demand> demand,
      Reading<RateHistory> history,
      Reading<Optional<LaunchTrouble>> launchTrouble,
      Reading<List<String>> rivals) {

    Look picture(Instant now) {
      List<String> problems =
          Stream.of(service, group).map(FleetObserver::why).flatMap(Optional::stream).toList();
      if (service instanceof Reading.Known<ServiceState>(ServiceState seenService, String _)
          && group
              instanceof Reading.Known<GroupReader.Group>(GroupReader.Group seenGroup, String _)) {
        return new Look.Clear(
            new Observation(
                now,
                seenService,
                seenGroup.withRegistered(registered),
                demandOrUnknown(),
                history.known().orElse(RateHistory.NONE),
                launchTrouble.known().flatMap(Function.identity()),
                rivals.known().orElse(List.of()),
                seenGroup.directives(),
                gaps(seenGroup)));
      }
      return new Look.Obscured(problems);
    }

    private List<String> gaps(GroupReader.Group seen) {
      return Stream.concat(
              seen.gaps().stream(),
              Stream.of(registered, demand, history, launchTrouble, rivals)
                  .map(FleetObserver::why)
                  .flatMap(Optional::stream))
          .toList();
    }

    private Demand demandOrUnknown() {
      return switch (demand) {
        case Reading.Known<Demand>(Demand known, String _) -> known;
        case Reading.Unknown<Demand>(String why) ->
            new Demand(
                new Reading.Unknown<>(why),
                new Reading.Unknown<>(why),
                new Reading.Unknown<>(why),
                RequestRate.ZERO,
                new Reading.Unknown<>(why));
      };
    }
  }

  private static Optional<String> why(Reading<?> reading) {
    return switch (reading) {
      case Reading.Known<?> _ -> Optional.empty();
      case Reading.Unknown<?>(String why) -> Optional.of(why);
    };
  }

  private static <T> Reading<T> attempt(String what, Callable<T> read) {
    try {
      return new Reading.Known<>(read.call(), what);
    } catch (Exception failure) {
      return new Reading.Unknown<>(
          "%s could not be read: %s".formatted(what, failure.getMessage()));
    }
  }

  private static <T> Reading<T> get(Future<Reading<T>> read) {
    try {
      return read.get();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("attempt() lets no exception pass", impossible);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Reading.Unknown<>("the invocation was interrupted while reading");
    }
  }
}
