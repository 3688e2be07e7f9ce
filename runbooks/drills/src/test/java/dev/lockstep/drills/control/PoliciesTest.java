package dev.lockstep.drills.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.autoscaling.WarmPool;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.Samples;
import dev.lockstep.drills.ecs.Placement;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.ecs.ServiceSettings;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.drills.traffic.RequestTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When each policy acts: a small scenario for each, with its whole timeline. */
final class PoliciesTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final MetricName PER_TARGET = MetricName.ofTargetGroup("RequestCountPerTarget");
  private static final double TARGET = 480;
  private static final ServiceSettings MANAGED =
      Lab.SERVICE.withPlacement(new Placement.Provisioning());

  /** Seconds from the end of a minute to the evaluation of an alarm on it. */
  private static final int EARLIEST = 31;

  private static final int LATEST = 68;

  // Target tracking on requests a target: 3 of 3 minutes out, 15 of 15 in.

  @Test
  void targetTrackingGoesOutAfterThreeMinutesAboveItsTargetAndNotAfterTwo() {
    Lab lab = new Lab(Lab.GROUP, MANAGED).settled();
    Policies.targetTracking(stage(lab), 8, 100);
    minutes(lab, 2, TARGET + 1, TARGET + 1, TARGET - 1);
    lab.runTo(6 * 60);
    assertThat(asked(lab)).isEmpty();

    minutes(lab, 6, 700, 700, 700);
    lab.runTo(11 * 60);

    assertThat(asked(lab)).singleElement().asString().endsWith("tasks asked    2 -> 3");
    assertThat(secondOf(asked(lab).getFirst())).isBetween(9 * 60 + EARLIEST, 9 * 60 + LATEST);
  }

  @Test
  void targetTrackingGoesInAfterFifteenMinutesBelowNineTenthsOfItsTarget() {
    Lab lab =
        new Lab(Lab.GROUP.withHosts(0, 4, 5).withProtection(false), MANAGED.withInitial(4))
            .settled();
    Policies.targetTracking(stage(lab), 8, 100);
    for (int minute = 2; minute < 30; minute++) {
      minutes(lab, minute, 0.89 * TARGET / 2);
    }
    lab.runTo(20 * 60);

    assertThat(asked(lab).getFirst()).endsWith("tasks asked    4 -> 2");
    assertThat(secondOf(asked(lab).getFirst())).isBetween(17 * 60 + EARLIEST, 17 * 60 + LATEST);
  }

  @Test
  void targetTrackingDoesNothingWithoutDataAndTakesNothingInWhileADeploymentRuns() {
    Lab missing = new Lab(Lab.GROUP, MANAGED.withInitial(2)).settled();
    Policies.targetTracking(stage(missing), 8, 100);
    missing.runTo(3600);
    assertThat(asked(missing)).isEmpty();

    Lab deploying =
        new Lab(Lab.GROUP.withHosts(0, 4, 5).withProtection(false), MANAGED.withInitial(4))
            .settled();
    Policies.targetTracking(stage(deploying), 8, 100);
    for (int minute = 2; minute < 60; minute++) {
      minutes(deploying, minute, 100);
    }
    deploying.account().service().deploy(new Revision(2, Revision.Quality.STAYS_PENDING));
    deploying.runTo(3600);
    assertThat(asked(deploying)).noneMatch(line -> line.contains("tasks asked"));
  }

  // The same each 20 seconds, on utilization.

  @Test
  void trackingEachTwentySecondsGoesOutAfterThreePointsWhichIsAMinute() {
    Lab lab = new Lab(Lab.GROUP, MANAGED).settled();
    Policies.utilizationTracking(stage(lab), 70, 100);
    utilization(lab, 120, 90, 90);
    utilization(lab, 160, 60);
    lab.runTo(300);
    assertThat(asked(lab)).isEmpty();

    utilization(lab, 300, 90, 90, 90);
    lab.runTo(400);

    // ceil(2 x 90 / 70), on the third point of 20 s and not on a third minute.
    String first = asked(lab).getFirst();
    assertThat(first).endsWith("tasks asked    2 -> 3");
    assertThat(secondOf(first)).isBetween(360, 360 + 20);
  }

  // A warm pool: the same decisions at the same time, on hosts that are there sooner.

  @Test
  void aWarmPoolLeavesTheDecisionsAsTheyAreAndItsHostsAreThereSooner() {
    Lab cold = new Lab(Lab.GROUP, MANAGED).settled();
    Lab warm = new Lab(Lab.GROUP.withWarmPool(new WarmPool(2, 0.25)), MANAGED).settled();
    for (Lab lab : List.of(cold, warm)) {
      Policies.targetTracking(stage(lab), 8, 100);
      lab.account().service().setDesired(4);
      lab.runTo(600);
    }

    String coldOrder = firstHosts(cold);
    assertThat(firstHosts(warm)).endsWith("hosts asked    2 -> 4");
    assertThat(coldOrder).endsWith("hosts asked    2 -> 4");
    int coldBoot = lastServing(cold) - secondOf(coldOrder);
    int warmBoot = lastServing(warm) - secondOf(firstHosts(warm));
    assertThat(coldBoot - warmBoot).isBetween(60, 90);
  }

  // Cluster auto scaling: out after one point, in after fifteen, half of the surplus at a time.

  @Test
  void clusterAutoScalingOrdersAHostForAProvisioningTaskAfterOnePoint() {
    Lab lab = new Lab(Lab.GROUP, MANAGED).settled();
    Policies.targetTracking(stage(lab), 8, 100);
    lab.account().service().setDesired(4);
    lab.runTo(400);

    List<String> hosts = asked(lab).stream().filter(line -> line.contains("hosts asked")).toList();
    assertThat(hosts).singleElement().asString().endsWith("hosts asked    2 -> 4");
    assertThat(secondOf(hosts.getFirst())).isBetween(120 + EARLIEST, 180 + LATEST);
  }

  @Test
  void clusterAutoScalingTakesEmptyHostsInAfterFifteenPointsHalfOfThemAtATime() {
    Lab lab = new Lab(Lab.GROUP.withHosts(0, 5, 5).withProtection(false), MANAGED).settled();
    Policies.targetTracking(stage(lab), 8, 100);
    lab.runTo(40 * 60);

    List<String> hosts = asked(lab).stream().filter(line -> line.contains("hosts asked")).toList();
    assertThat(hosts.getFirst()).endsWith("hosts asked    5 -> 3");
    assertThat(secondOf(hosts.getFirst())).isBetween(15 * 60, 18 * 60);
    assertThat(hosts.getLast()).endsWith("hosts asked    3 -> 2");
    assertThat(lab.account().service().serving()).isEqualTo(2);
  }

  @Test
  void aTargetCapacityBelowAHundredKeepsAHostSpare() {
    Lab lab = new Lab(Lab.GROUP, MANAGED).settled();
    Policies.targetTracking(stage(lab), 8, 70);
    lab.runTo(600);

    assertThat(lab.account().group().desired()).isEqualTo(3);
    assertThat(lab.account().service().desired()).isEqualTo(2);
  }

  // Step scaling repeats its step each minute for as long as the alarm stays.

  @Test
  void stepScalingRaisesBothCountsAndAgainAfterItsCooldown() {
    Lab lab = new Lab().settled();
    Policies.steps(stage(lab), 8);
    for (int minute = 2; minute < 9; minute++) {
      minutes(lab, minute, TARGET * 1.1);
    }
    lab.runTo(9 * 60);

    assertThat(asked(lab))
        .extracting(line -> line.substring(line.indexOf(' ') + 1))
        .startsWith(
            "hosts asked    2 -> 3",
            "tasks asked    2 -> 3",
            "hosts asked    3 -> 4",
            "tasks asked    3 -> 4");
    assertThat(secondOf(asked(lab).get(0))).isBetween(180 + EARLIEST, 180 + LATEST);
    assertThat(secondOf(asked(lab).get(2)) - secondOf(asked(lab).get(0))).isEqualTo(180);
  }

  // A naive function hears of a transition and of nothing after it.

  @Test
  void theNaiveFunctionActsOnceAndNotAgainWhileItsAlarmStays() {
    Lab lab = new Lab().settled();
    Policies.naiveLambda(stage(lab), 8);
    MetricName requests = MetricName.ofTargetGroup("RequestCount");
    for (int minute = 2; minute < 20; minute++) {
      minutes(lab, minute, 700);
      put(lab, requests, minute, minute < 5 ? 3 * TARGET : 5 * TARGET);
    }
    lab.runTo(20 * 60);

    assertThat(asked(lab))
        .extracting(line -> line.substring(line.indexOf(' ') + 1))
        .containsExactly("hosts asked    2 -> 3", "tasks asked    2 -> 3");
  }

  // Kubernetes' rules look by themselves, each at its own pace.

  @Test
  void hpaLooksEachFifteenSecondsAndKpaEachTwo() {
    Lab hpa = new Lab(Lab.GROUP, MANAGED).settled();
    Policies.hpaJoint(stage(hpa, new Demand.Surge(10, 40, 120, 3600)), 8);
    hpa.runTo(200);
    Lab kpa = new Lab(Lab.GROUP, MANAGED).settled();
    Policies.kpaJoint(stage(kpa, new Demand.Surge(10, 60, 120, 3600)), 8);
    kpa.runTo(200);

    // HPA looks at 115, 130 and 145: at 130 its window of 30 s is a third full.
    assertThat(secondOf(firstTasks(hpa)) % 15).isEqualTo(100 % 15);
    assertThat(secondOf(firstTasks(hpa))).isBetween(130, 145);
    // KPA panics as soon as its six seconds want twice what is ready.
    assertThat(secondOf(firstTasks(kpa))).isBetween(121, 126);
  }

  // Predictive scaling: nothing before a day, then five minutes before the hour.

  @Test
  void predictiveScalingSetsItsFloorFiveMinutesBeforeTheHourOnceItHasADay() {
    Lab lab = new Lab(Lab.GROUP, MANAGED).settled();
    Policies.predictive(stage(lab), 8, 100);
    MetricName requests = MetricName.ofTargetGroup("RequestCount");
    int day = 24 * 60;
    for (int minute = 0; minute < 2 * day; minute++) {
      boolean busy = minute % day / 60 == 12;
      put(lab, requests, minute, (busy ? 32 : 8) * 60);
    }
    lab.runTo(2L * day * 60);

    List<String> tasks = asked(lab).stream().filter(line -> line.contains("tasks asked")).toList();
    assertThat(tasks).first().asString().endsWith("tasks asked    2 -> 4");
    // The policy began at second 100; its thirteenth hour of the second day begins then.
    assertThat(secondOf(tasks.getFirst())).isEqualTo(100 + 36 * 3600 - 300);
  }

  private static String firstHosts(Lab lab) {
    return asked(lab).stream()
        .filter(line -> line.contains("hosts asked"))
        .findFirst()
        .orElseThrow();
  }

  private static int lastServing(Lab lab) {
    return secondOf(lab.log().stream().filter(line -> line.contains(" serv")).toList().getLast());
  }

  /** The service's utilization in each 20 seconds from a second on, readable 5 s after it. */
  private static void utilization(Lab lab, int second, double... percents) {
    Duration period = Duration.ofSeconds(20);
    for (int i = 0; i < percents.length; i++) {
      Instant start = Lab.START.plusSeconds(second + 20L * i);
      lab.account()
          .metrics()
          .put(
              MetricName.ofEcs("CPUUtilization"),
              start,
              period,
              start.plus(period).plusSeconds(5),
              Samples.of(percents[i]));
    }
  }

  private static String firstTasks(Lab lab) {
    return asked(lab).stream()
        .filter(line -> line.contains("tasks asked"))
        .findFirst()
        .orElseThrow();
  }

  private static Stage stage(Lab lab) {
    return stage(lab, new Demand.Surge(1, 1, 0, 3600));
  }

  private static Stage stage(Lab lab, Demand demand) {
    return new Stage(
        lab.account(),
        new DemandGauge(RequestTimes.draw(demand, 1), lab.account().timeline(), Lab.START),
        new TaskBounds(1, 9),
        Duration.ofMinutes(4));
  }

  /** Requests a target in each minute from one on, readable half a minute after it. */
  private static void minutes(Lab lab, int first, double... values) {
    for (int i = 0; i < values.length; i++) {
      put(lab, PER_TARGET, first + i, values[i]);
    }
  }

  private static void put(Lab lab, MetricName metric, int minute, double value) {
    Instant start = Lab.START.plus(MINUTE.multipliedBy(minute));
    lab.account()
        .metrics()
        .put(metric, start, MINUTE, start.plus(MINUTE).plusSeconds(30), Samples.of(value));
  }

  private static List<String> asked(Lab lab) {
    return lab.log().stream().filter(line -> line.contains(" asked ")).toList();
  }

  private static int secondOf(String line) {
    return Integer.parseInt(line.substring(0, line.indexOf(' ')));
  }
}
