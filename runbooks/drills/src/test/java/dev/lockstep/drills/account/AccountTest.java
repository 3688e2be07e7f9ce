package dev.lockstep.drills.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.drills.aws.SimulatedAutoScaling;
import dev.lockstep.drills.aws.SimulatedEcs;
import dev.lockstep.drills.cloudwatch.Alarm;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.MissingData;
import dev.lockstep.drills.cloudwatch.Samples;
import dev.lockstep.drills.cloudwatch.Statistic;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.journal.Names;
import dev.lockstep.scaler.trigger.AlarmState;
import dev.lockstep.scaler.trigger.Parsed;
import dev.lockstep.scaler.trigger.PayloadParser;
import dev.lockstep.scaler.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.autoscaling.model.ResourceContentionException;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityInProgressException;

/** What the account sends to whom and when, and that its parts agree. */
final class AccountTest {
  private static final MetricName METRIC = MetricName.ofService("Arrivals");
  private static final Duration FINE = Duration.ofSeconds(10);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Lab lab = new Lab();
  private final List<Trigger> calls = new ArrayList<>();
  private final List<Duration> times = new ArrayList<>();

  @Test
  void anAlarmsActionFiresOnATransitionAndNeverAgainWhileTheAlarmStays() {
    watch(FINE);
    points(FINE, Duration.ZERO, 50, 50, 200, 200, 200, 200, 50);
    lab.runTo(80);

    assertThat(calls)
        .extracting(call -> ((Trigger.Alarm) call).state())
        .containsExactly(AlarmState.OK, AlarmState.ALARM, AlarmState.OK);
  }

  @Test
  void anAlarmThatLosesItsDataCallsNobodyUntilItHasSomeAgain() {
    watch(FINE);
    points(FINE, Duration.ZERO, 50, 50);
    lab.runTo(120);
    assertThat(lab.account().alarms().getFirst().state()).isEqualTo(Alarm.State.INSUFFICIENT_DATA);
    assertThat(lab.log()).anyMatch(line -> line.contains("rate OK -> INSUFFICIENT_DATA"));

    assertThat(calls)
        .extracting(call -> ((Trigger.Alarm) call).state())
        .containsExactly(AlarmState.OK);
  }

  @Test
  void aHighResolutionAlarmIsEvaluatedEachTenSeconds() {
    watch(FINE);
    points(FINE, Duration.ofSeconds(2), 50, 200);
    lab.runTo(40);

    assertThat(times).containsExactly(Duration.ofSeconds(16), Duration.ofSeconds(26));
  }

  @Test
  void anAlarmOnAMinuteReachesTheFunctionHalfToOneMinuteAfterIt() {
    watch(MINUTE);
    points(MINUTE, Duration.ofSeconds(30), 200);
    lab.runTo(240);

    assertThat(times.getFirst())
        .isBetween(MINUTE.plusSeconds(31), MINUTE.multipliedBy(2).plusSeconds(10));
  }

  @Test
  void aScalingPolicysActionIsRepeatedForAsLongAsItsAlarmStays() {
    int[] fired = {0};
    lab.account().watchForScaling(rule(FINE), () -> fired[0]++);
    points(FINE, Duration.ZERO, 200, 200, 200, 200);
    lab.runTo(49);

    assertThat(fired[0]).isEqualTo(4);
  }

  @Test
  void theTickComesEachMinuteAndTheParserKnowsIt() {
    lab.account().schedule(MINUTE, this::receive);
    lab.runTo(190);

    assertThat(calls).hasSize(3).allMatch(Trigger.Tick.class::isInstance);
  }

  @Test
  void aPlacementFailureAndANewHostAreSentAsTheFleetsEvents() {
    lab.settled().account().subscribe(this::receive);
    lab.account().group().setDesired(3);
    lab.account().service().setDesired(3);
    lab.runTo(300);

    assertThat(calls)
        .extracting(call -> ((Trigger.FleetEvent) call).kind())
        .containsExactly("SERVICE_TASK_PLACEMENT_FAILURE", "container instance ACTIVE");
  }

  @Test
  void aDeploymentThatFailsAndTheWayBackAreSentAsTheFleetsEvents() {
    lab.settled().account().subscribe(this::receive);
    lab.account().group().setDesired(4);
    lab.runTo(250);
    calls.clear();
    lab.account().service().deploy(new Revision(2, Revision.Quality.NEVER_RUNS));
    lab.runTo(1000);

    assertThat(calls)
        .extracting(call -> ((Trigger.FleetEvent) call).kind())
        .containsExactly(
            "SERVICE_DEPLOYMENT_IN_PROGRESS",
            "SERVICE_DEPLOYMENT_FAILED",
            "SERVICE_DEPLOYMENT_IN_PROGRESS",
            "SERVICE_DEPLOYMENT_COMPLETED");
  }

  @Test
  void deliveriesCanGetLostAndArriveTwice() {
    Delivery.Faults lost = new Delivery.Faults(1, 0, 0, Duration.ZERO);
    lab.account().delivery().disturb(lost);
    lab.account().schedule(MINUTE, this::receive);
    lab.runTo(100);
    assertThat(calls).isEmpty();

    lab.account().delivery().calm(lost);
    lab.account().delivery().disturb(new Delivery.Faults(0, 1, 0, Duration.ZERO));
    lab.runTo(130);
    assertThat(calls).hasSize(2);
  }

  @Test
  void throttledAndBrokenCallsFailAsTheSdkSaysAndChangeNothing() {
    ApiFaults.Shares throttled = new ApiFaults.Shares(1, 0, 0);
    lab.account().apiFaults().disturb(throttled);
    assertThatThrownBy(() ->
            SimulatedEcs.of(lab.account())
                .updateService(request ->
                    request.cluster(Names.CLUSTER).service(Names.SERVICE).desiredCount(4)))
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            failure -> assertThat(failure.awsErrorDetails().errorCode()).contains("Throttling"));

    lab.account().apiFaults().calm(throttled);
    lab.account().apiFaults().disturb(new ApiFaults.Shares(0, 1, 0));
    assertThatThrownBy(() ->
            SimulatedAutoScaling.of(lab.account())
                .setDesiredCapacity(
                    request -> request.autoScalingGroupName(Names.GROUP).desiredCapacity(4)))
        .isInstanceOfSatisfying(
            AwsServiceException.class, failure -> assertThat(failure.statusCode()).isEqualTo(500));
    assertThat(lab.account().service().desired()).isEqualTo(2);
    assertThat(lab.account().group().desired()).isEqualTo(2);
  }

  @Test
  void aChangeOfTheGroupCanMeetAnotherOneUnderWay() {
    lab.account().apiFaults().disturb(new ApiFaults.Shares(0, 0, 1));

    assertThatThrownBy(() ->
            SimulatedAutoScaling.of(lab.account())
                .setDesiredCapacity(
                    request -> request.autoScalingGroupName(Names.GROUP).desiredCapacity(4)))
        .isInstanceOf(ResourceContentionException.class);
  }

  @Test
  void aHostWhoseTaskFindsNoOtherPlaceIsNotEnded() {
    Lab full = new Lab(Lab.GROUP.withProtection(false), Lab.SERVICE).settled();
    full.account().group().setDesired(1);
    full.runTo(10_000);

    assertThat(full.account().group().hosts()).hasSize(2);
    assertThat(full.account().service().serving()).isEqualTo(2);
  }

  @Test
  void whoHonoursTheCooldownIsRefusedWhileAnActivityIsInProgress() {
    lab.settled().account().group().setDesired(3);
    lab.runTo(110);

    assertThatThrownBy(() ->
            SimulatedAutoScaling.of(lab.account())
                .setDesiredCapacity(request ->
                    request
                        .autoScalingGroupName(Names.GROUP)
                        .desiredCapacity(4)
                        .honorCooldown(true)))
        .isInstanceOf(ScalingActivityInProgressException.class);
  }

  @Property(tries = 200)
  void whenItIsQuietDesiredAndPresentCountsReconcile(
      @ForAll @Size(max = 12) List<@IntRange(max = 5) Integer> wishes) {
    // With managed draining a host waits for as long as its task finds no other place.
    Lab random = new Lab(Lab.GROUP.withProtection(false).withoutDraining(), Lab.SERVICE).settled();
    int second = 100;
    for (int i = 0; i < wishes.size(); i++) {
      second += 37;
      random.runTo(second);
      if (i % 2 == 0) {
        random.account().group().setDesired(wishes.get(i));
      } else {
        random.account().service().setDesired(wishes.get(i));
      }
    }
    random.runTo(second + 20_000L);
    Account account = random.account();

    assertThat(account.group().hosts()).hasSize(account.group().desired());
    assertThat(account.cluster().registered()).isEqualTo(account.group().desired());
    assertThat(account.service().serving())
        .isEqualTo(Math.min(account.service().desired(), account.group().desired()));
  }

  private void watch(Duration period) {
    lab.account().watch(rule(period), this::receive);
  }

  private static Alarm.Rule rule(Duration period) {
    return new Alarm.Rule(
        "rate",
        METRIC,
        new Statistic.Sum(),
        period,
        Alarm.Comparison.ABOVE,
        100,
        1,
        1,
        MissingData.MISSING);
  }

  private void points(Duration period, Duration delay, double... values) {
    for (int i = 0; i < values.length; i++) {
      Instant start = Lab.START.plus(period.multipliedBy(i));
      lab.account()
          .metrics()
          .put(METRIC, start, period, start.plus(period).plus(delay), Samples.of(values[i]));
    }
  }

  private void receive(byte[] payload) {
    times.add(Duration.between(Lab.START, lab.account().timeline().instant()));
    PayloadParser.parse(payload)
        .forEach(parsed -> calls.add(((Parsed.Understood) parsed).trigger()));
  }
}
