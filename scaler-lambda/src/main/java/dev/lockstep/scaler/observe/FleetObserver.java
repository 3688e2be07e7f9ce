package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Fleet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * Takes one {@link Observation}, all reads in parallel.
 *
 * <p>The service and the group are essential: without either there is no picture. Demand and host
 * registration are not: they become {@link Reading.Unknown}, and the decision says so.
 */
public final class FleetObserver {
  private final Fleet fleet;
  private final ServiceReader services;
  private final GroupReader groups;
  private final RegistrationReader registrations;
  private final DemandReader demands;

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
      return picture(now, get(service), get(group), get(registered), get(demand), get(history));
    }
  }

  private static Look picture(
      Instant now,
      Reading<ServiceState> service,
      Reading<GroupReader.Group> group,
      Reading<RegistrationReader.Registered> registered,
      Reading<Demand> demand,
      Reading<RateHistory> history) {
    List<String> problems = new ArrayList<>();
    if (service instanceof Reading.Unknown<?>(String why)) {
      problems.add(why);
    }
    if (group instanceof Reading.Unknown<?>(String why)) {
      problems.add(why);
    }
    if (service instanceof Reading.Known<ServiceState>(ServiceState seenService, String _)
        && group
            instanceof Reading.Known<GroupReader.Group>(GroupReader.Group seenGroup, String _)) {
      List<String> gaps = new ArrayList<>(seenGroup.gaps());
      if (registered instanceof Reading.Unknown<?>(String why)) {
        gaps.add(why);
      }
      return new Look.Clear(
          new Observation(
              now,
              seenService,
              seenGroup.withRegistered(registered),
              demandOr(demand, gaps),
              historyOr(history, gaps),
              seenGroup.directives(),
              gaps));
    }
    return new Look.Obscured(problems);
  }

  private static Demand demandOr(Reading<Demand> demand, List<String> gaps) {
    return switch (demand) {
      case Reading.Known<Demand>(Demand known, String _) -> known;
      case Reading.Unknown<Demand>(String why) -> {
        gaps.add(why);
        yield new Demand(
            new Reading.Unknown<>(why),
            new Reading.Unknown<>(why),
            new Reading.Unknown<>(why),
            new Reading.Unknown<>(why));
      }
    };
  }

  private static RateHistory historyOr(Reading<RateHistory> history, List<String> gaps) {
    return switch (history) {
      case Reading.Known<RateHistory>(RateHistory known, String _) -> known;
      case Reading.Unknown<RateHistory>(String why) -> {
        gaps.add(why);
        yield RateHistory.NONE;
      }
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
