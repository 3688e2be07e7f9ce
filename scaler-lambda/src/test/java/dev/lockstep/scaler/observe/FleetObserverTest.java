package dev.lockstep.scaler.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.FakeAws;
import dev.lockstep.scaler.policy.Estate;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.ServiceEvent;

final class FleetObserverTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:07Z");
  private static final Instant LAST_MINUTE = Instant.parse("2026-03-01T11:59:00Z");

  private final FakeAws aws = new FakeAws();

  @Test
  void oneLookSeesServiceGroupAndDemand() {
    aws.tasks = 3;
    aws.metric("RequestCount", LAST_MINUTE, 2400);
    aws.metric("TargetResponseTime", LAST_MINUTE, 0.31);

    Observation seen = seen();

    assertThat(seen.service())
        .isEqualTo(
            new ServiceState(
                3,
                2,
                0,
                1,
                Optional.empty(),
                Optional.empty(),
                false,
                new Rollout.Rolling(100, 200),
                Optional.empty()));
    assertThat(seen.service().shortage()).isEqualTo(1);
    assertThat(seen.group().inService()).isEqualTo(2);
    assertThat(seen.group().onTheWay()).isZero();
    assertThat(seen.group().registered().known()).contains(2);
    assertThat(seen.demand().stable().known()).contains(new RequestRate(40));
    assertThat(seen.demand().p95().known()).contains(Duration.ofMillis(310));
    assertThat(seen.gaps()).isEmpty();
  }

  @Test
  void aServiceThatDoesNotExistObscuresTheLook() {
    aws.serviceExists = false;

    assertThat(problems())
        .singleElement()
        .asString()
        .isEqualTo(
            "service embed could not be read: no active service embed in cluster gpu MISSING; check"
                + " LOCKSTEP_CLUSTER and LOCKSTEP_SERVICE");
  }

  @Test
  void aGroupThatCannotBeReadObscuresTheLook() {
    aws.fail("describeAutoScalingGroups", "Rate exceeded");

    assertThat(problems()).containsExactly("group gpu-hosts could not be read: Rate exceeded");
  }

  @Test
  void metricsThatCannotBeReadAreAGapAndDemandIsUnknown() {
    aws.fail("getMetricData", "Rate exceeded");

    Observation seen = seen();

    assertThat(seen.demand().stable().known()).isEmpty();
    assertThat(seen.gaps())
        .containsExactly(
            "metrics could not be read: Rate exceeded",
            "the history of demand could not be read: Rate exceeded");
  }

  @Test
  void containerInstancesThatCannotBeReadAreAGap() {
    aws.fail("listContainerInstances", "Rate exceeded");

    Observation seen = seen();

    assertThat(seen.group().registered().known()).isEmpty();
    assertThat(seen.gaps()).containsExactly("container instances could not be read: Rate exceeded");
  }

  @Test
  void aHostInServiceThatEcsDoesNotKnowIsNotRegistered() {
    aws.host("i-3");

    assertThat(seen().group().inService()).isEqualTo(3);
    assertThat(seen().group().registered().known()).contains(2);
  }

  @Test
  void aHostOfAnotherGroupOnTheClusterIsNotOurs() {
    aws.register("i-of-another-group");

    assertThat(seen().group().registered().known()).contains(2);
  }

  @Test
  void aHostOrderedIsOnTheWayBeforeItsInstanceExists() {
    aws.hosts = 5;

    assertThat(seen().group().onTheWay()).isEqualTo(3);
  }

  @Test
  void whatTheLoadBalancerRefusedIsDemandToo() {
    aws.metric("RequestCount", LAST_MINUTE, 600);
    aws.metric("RejectedConnectionCount", LAST_MINUTE, 300);
    aws.metric("HTTPCode_ELB_5XX_Count", LAST_MINUTE, 300);

    assertThat(seen().demand().stable().known()).contains(new RequestRate(20));
  }

  @Test
  void aDeadFleetThatRefusesEverythingDoesNotLookIdle() {
    aws.metric("HTTPCode_ELB_5XX_Count", LAST_MINUTE, 2400);

    assertThat(seen().demand().stable().known()).contains(new RequestRate(40));
  }

  @Test
  void aMinuteThatIsStillFillingDoesNotHideTheOneBeforeIt() {
    aws.metric("RequestCount", LAST_MINUTE.minusSeconds(60), 2400);
    aws.metric("RequestCount", LAST_MINUTE, 700);

    assertThat(seen().demand().stable().known()).contains(new RequestRate(40));
  }

  @Test
  void noMetricsAreUnknownDemandNotZero() {
    assertThat(seen().demand().stable())
        .isEqualTo(
            new Reading.Unknown<>("no request count of the last 4 minutes is in CloudWatch"));
  }

  @Test
  void anOldMinuteSaysNothingOfNow() {
    aws.metric("RequestCount", NOW.minus(Duration.ofMinutes(4)), 2400);

    assertThat(seen().demand().stable().known()).isEmpty();
  }

  @Test
  void theServicesOwnTenSecondArrivalsArePreferred() {
    aws.metric("RequestCount", LAST_MINUTE, 960);
    for (int i = 1; i <= 6; i++) {
      aws.metric("Arrivals", Instant.parse("2026-03-01T12:00:00Z").minusSeconds(10L * i), 300);
    }

    Demand demand = seen().demand();

    assertThat(demand.stable().known()).contains(new RequestRate(30));
    // Of 30 requests/s over 20 s, two standard deviations (1.2 requests/s each) may be chance.
    assertThat(demand.panic().known()).contains(new RequestRate(30 - 2 * Math.sqrt(30 / 20.0)));
  }

  @Test
  void whatOnceRaisedACountIsRememberedForAsLongAsCountsAreKept() {
    Instant last = Instant.parse("2026-03-01T11:59:50Z");
    for (int i = 0; i < 120; i++) {
      aws.metric("Arrivals", last.minusSeconds(10L * i), i == 60 || i == 61 ? 800 : 200);
    }

    // Two points of 80 requests/s prove 76; the minute around them had 40 on average.
    assertThat(seen().demand().recentPeak().known())
        .contains(new RequestRate(80 - 2 * Math.sqrt(80 / 20.0)));
  }

  @Test
  void aMissingMinuteHidesThePeakButNotWhatIsKnownOfIt() {
    Instant last = Instant.parse("2026-03-01T11:59:50Z");
    for (int i = 0; i < 120; i++) {
      if (i < 40 || i >= 48) {
        aws.metric("Arrivals", last.minusSeconds(10L * i), i >= 60 && i < 66 ? 800 : 200);
      }
    }

    assertThat(seen().demand().recentPeak().known()).isEmpty();
    assertThat(seen().demand().peakKnown()).isEqualTo(new RequestRate(80));
  }

  @Test
  void tenSecondsThatAreNotOverAreNotCounted() {
    aws.metric("Arrivals", Instant.parse("2026-03-01T11:59:50Z"), 400);
    aws.metric("Arrivals", Instant.parse("2026-03-01T12:00:00Z"), 9000);

    assertThat(seen().demand().panic().known()).contains(new RequestRate(36));
  }

  @Test
  void withFewerThanSixTenSecondPointsTheMinuteStaysWithTheLoadBalancer() {
    aws.metric("RequestCount", LAST_MINUTE, 960);
    aws.metric("Arrivals", Instant.parse("2026-03-01T11:59:50Z"), 400);

    assertThat(seen().demand().stable().known()).contains(new RequestRate(16));
    assertThat(seen().demand().panic().known()).contains(new RequestRate(36));
  }

  @Test
  void launchesThatFailedSinceTheLastGoodOneAreTrouble() {
    aws.activity("Launching a new EC2 instance: i-1", "Successful", ago(20), "");
    aws.activity("Launching a new EC2 instance", "Failed", ago(6), "no capacity in us-east-1b");
    aws.activity("Launching a new EC2 instance", "Failed", ago(3), "no capacity in us-east-1a");
    aws.activity("Terminating EC2 instance: i-7", "Successful", ago(2), "");

    LaunchTrouble trouble = seen().launchTrouble().orElseThrow();

    assertThat(trouble).isEqualTo(new LaunchTrouble(2, ago(3), "no capacity in us-east-1a"));
    assertThat(trouble.waitsUntil()).isEqualTo(ago(1));
  }

  @Test
  void aLaunchThatSucceededOrALongTimeEndsTheTrouble() {
    aws.activity("Launching a new EC2 instance", "Failed", ago(31), "no capacity");
    assertThat(seen().launchTrouble()).isEmpty();

    aws.activity("Launching a new EC2 instance", "Failed", ago(6), "no capacity");
    aws.activity("Launching a new EC2 instance: i-3", "Successful", ago(5), "");
    assertThat(seen().launchTrouble()).isEmpty();
  }

  @Test
  void activitiesThatCannotBeReadAreAGap() {
    aws.fail("describeScalingActivities", "Rate exceeded");

    assertThat(seen().gaps())
        .containsExactly("scaling activities could not be read: Rate exceeded");
  }

  @Test
  void clusterAutoScalingIsASecondControllerAndNamedByWhatToSwitchOff() {
    aws.scalingPolicies.add("ECSManagedAutoScalingPolicy-7f5c");

    assertThat(seen().rivals())
        .containsExactly(
            "cluster auto scaling sizes group gpu-hosts (policy ECSManagedAutoScalingPolicy-7f5c):"
                + " set the capacity provider's managed scaling to DISABLED");
  }

  @Test
  void aScalingPolicyOnTheGroupIsASecondController() {
    aws.scalingPolicies.add("cpu-50");

    assertThat(seen().rivals())
        .containsExactly("scaling policy cpu-50 sizes group gpu-hosts: delete it");
  }

  @Test
  void applicationAutoScalingOfThisServiceIsASecondControllerAndOfAnotherIsNot() {
    aws.alarms.add("TargetTracking-service/gpu/another-AlarmHigh-1");
    assertThat(seen().rivals()).isEmpty();

    aws.alarms.add("TargetTracking-service/gpu/embed-AlarmHigh-2");
    aws.alarms.add("TargetTracking-service/gpu/embed-AlarmLow-3");
    assertThat(seen().rivals())
        .containsExactly(
            "Application Auto Scaling sizes service embed (alarm"
                + " TargetTracking-service/gpu/embed-AlarmHigh-2): deregister its scalable target");
  }

  @Test
  void howARevisionReplacesAnotherIsRead() {
    aws.deployment =
        Optional.of(
            DeploymentConfiguration.builder()
                .minimumHealthyPercent(50)
                .maximumPercent(150)
                .build());
    assertThat(seen().service().rollout()).isEqualTo(new Rollout.Rolling(50, 150));

    aws.deployment = Optional.of(DeploymentConfiguration.builder().strategy("BLUE_GREEN").build());
    assertThat(seen().service().rollout()).isEqualTo(new Rollout.BlueGreen());
  }

  @Test
  void aDeploymentThatTakesBackOneThatFailedIsToldFromOneThatComes() {
    Deployment newest =
        Deployment.builder()
            .status("PRIMARY")
            .rolloutState("IN_PROGRESS")
            .createdAt(ago(3))
            .updatedAt(ago(1))
            .build();
    Deployment before = Deployment.builder().status("ACTIVE").rolloutState("COMPLETED").build();

    aws.deployments = List.of(newest, before);
    assertThat(seen().service().rollingBack()).isFalse();
    assertThat(seen().service().begunAt()).contains(ago(3));
    assertThat(seen().service().deployedAt()).contains(ago(1));

    aws.deployments = List.of(newest, before.toBuilder().rolloutState("FAILED").build());
    assertThat(seen().service().rollingBack()).isTrue();

    aws.deployments = List.of(newest.toBuilder().rolloutState("FAILED").build(), before);
    assertThat(seen().service().rollingBack()).isFalse();
  }

  @Test
  void whenEcsLastLookedInVainIsReadFromItsEvents() {
    ServiceEvent noRoom =
        event(
            2,
            "was unable to place a task because no container instance met all of its requirements."
                + " The closest matching (container-instance 1) has insufficient GPU available.");
    ServiceEvent drained = event(1, "(port 8080) is unhealthy in (target-group blue)");
    ServiceEvent started = event(3, "has started 1 tasks: (task 7).");

    aws.events = List.of(drained, noRoom, started);
    assertThat(seen().service().withoutRoomAt()).contains(ago(2));

    aws.events = List.of(drained, event(2, "has started 1 tasks: (task 8)."), noRoom);
    assertThat(seen().service().withoutRoomAt()).isEmpty();

    aws.events = List.of(drained, ServiceEvent.builder().createdAt(ago(1)).build());
    assertThat(seen().service().withoutRoomAt()).isEmpty();
  }

  private static ServiceEvent event(int minutesAgo, String words) {
    return ServiceEvent.builder()
        .createdAt(ago(minutesAgo))
        .message("(service embed) " + words)
        .build();
  }

  @Test
  void directivesAreReadFromTheGroupsTags() {
    aws.tags.put("lockstep:floor:embed", "tasks=4 until=2026-03-01T12:30:00Z");
    aws.tags.put("lockstep:hold:embed", "until=2026-03-01T12:10:00Z");
    aws.tags.put("lockstep:floor:another", "tasks=9 until=2026-03-01T12:30:00Z");

    assertThat(seen().directives())
        .isEqualTo(
            new Directives(
                Optional.of(new Directive.Floor(4, Instant.parse("2026-03-01T12:30:00Z"))),
                Optional.of(new Directive.Hold(Instant.parse("2026-03-01T12:10:00Z")))));
  }

  @Test
  void aTagThatIsNoDirectiveIsIgnoredAndSaidSo() {
    aws.tags.put("lockstep:hold:embed", "until=tomorrow");

    assertThat(seen().directives()).isEqualTo(Directives.NONE);
    assertThat(seen().gaps())
        .containsExactly(
            "the group's tag lockstep:hold:embed is 'until=tomorrow', which is no directive; it is"
                + " ignored");
  }

  private static Instant ago(int minutes) {
    return NOW.minus(Duration.ofMinutes(minutes));
  }

  private Look look() {
    return new FleetObserver(
            new Estate(List.of(Policies.with())),
            aws.ecs,
            aws.autoScaling,
            aws.cloudWatch,
            ParallelReads.SIDE_BY_SIDE)
        .observe(NOW)
        .getFirst()
        .getFirst()
        .look();
  }

  private Observation seen() {
    return switch (look()) {
      case Look.Clear(Observation observation) -> observation;
      case Look.Obscured(var problems) -> throw new AssertionError(problems);
    };
  }

  private List<String> problems() {
    return switch (look()) {
      case Look.Clear(Observation observation) -> throw new AssertionError(observation);
      case Look.Obscured(var problems) -> problems;
    };
  }
}
