package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Estate;
import dev.lockstep.scaler.policy.Fleet;
import dev.lockstep.scaler.policy.Policy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * Takes one {@link Look} at each service, all reads in parallel and each for as many services as
 * its API takes in a call: the calls of a run grow as a tenth of the services and no faster.
 *
 * <p>A service and its group are essential: without either there is no picture of it. All else is
 * not: what could not be read is a gap in the picture, the decision says so, and nothing is taken
 * away.
 */
public final class FleetObserver {
  private final Estate estate;
  private final ParallelReads reads;
  private final ServiceReader services;
  private final GroupReader groups;
  private final RegistrationReader registrations;
  private final DemandReader demands;
  private final LaunchReader launches;
  private final RivalReader rivals;

  public FleetObserver(
      Estate estate,
      EcsClient ecs,
      AutoScalingClient autoScaling,
      CloudWatchClient cloudWatch,
      ParallelReads reads) {
    List<Fleet> fleets = estate.policies().stream().map(Policy::fleet).toList();
    List<String> groupNames = fleets.stream().map(Fleet::autoScalingGroup).distinct().toList();
    this.estate = estate;
    this.reads = reads;
    this.services = new ServiceReader(fleets, ecs, reads);
    this.groups = new GroupReader(groupNames, autoScaling, reads);
    this.registrations = new RegistrationReader(ecs, reads);
    this.demands = new DemandReader(estate.policies(), cloudWatch, reads);
    this.launches = new LaunchReader(groupNames, autoScaling);
    this.rivals = new RivalReader(fleets, autoScaling, cloudWatch);
  }

  /** One look a service: the services of each group together, in order of priority. */
  public List<List<Sighted>> observe(Instant now) {
    Sightings seen = read(now);
    Map<Fleet, Reading<MetricPoints>> strains =
        demands.strain(
            estate.policies().stream()
                .filter(seen::strained)
                .map(Policy::fleet)
                .collect(Collectors.toSet()),
            now);
    return estate.byGroup().stream().map(sharing -> seen.of(sharing, strains)).toList();
  }

  private Sightings read(Instant now) {
    Future<Map<Fleet, Reading<ServiceState>>> ofServices = reads.start(services::read);
    Future<Map<String, Reading<GroupReader.Group>>> ofGroups = reads.start(groups::read);
    Future<Map<String, Reading<Map<String, Registration>>>> ofClusters =
        reads.start(this::registrations);
    Future<Map<Fleet, Reading<MetricPoints>>> ofNow = reads.start(() -> demands.recent(now));
    Future<Map<Fleet, Reading<MetricPoints>>> ofPast = reads.start(() -> demands.history(now));
    Future<Reading<Map<String, List<Activity>>>> ofLaunches =
        reads.start(() -> ParallelReads.attempt("scaling activities", () -> launches.read(now)));
    Future<Reading<RivalReader.Rivals>> ofRivals =
        reads.start(() -> ParallelReads.attempt("other controllers", rivals::read));
    return new Sightings(
        now,
        ParallelReads.get(ofServices),
        ParallelReads.get(ofGroups),
        ParallelReads.get(ofClusters),
        ParallelReads.get(ofNow),
        ParallelReads.get(ofPast),
        ParallelReads.get(ofLaunches),
        ParallelReads.get(ofRivals));
  }

  private Map<String, Reading<Map<String, Registration>>> registrations() {
    List<String> clusters =
        estate.policies().stream().map(policy -> policy.fleet().cluster()).distinct().toList();
    List<Reading<Map<String, Registration>>> read =
        reads.each(
            clusters,
            cluster ->
                ParallelReads.attempt("container instances", () -> registrations.read(cluster)));
    return clusters.stream()
        .collect(
            Collectors.toMap(cluster -> cluster, cluster -> read.get(clusters.indexOf(cluster))));
  }
}
