package dev.lockstep.drills.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.drills.control.Controllers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong in a scenario, and what comes of it. */
final class FaultTest {
  private final List<String> story = new ArrayList<>();

  @Test
  void withoutCapacityNoTaskIsServedMoreUntilEc2HasHostsAgain() {
    Summary summary =
        play(
            "{before: 12, after: 40, at: 60, seconds: 1800}",
            "{at: 30, until: 700, fault: no-capacity}");

    assertThat(story).anyMatch(line -> line.contains("launch failed  no g5.2xlarge"));
    assertThat(summary.tasksServing()).isEqualTo(summary.tasksAsked());
    assertThat(summary.recovery()).isGreaterThan(Duration.ofMinutes(10));
  }

  @Test
  void aDeadHostsTaskIsReplacedOnTheNextOne() {
    Summary summary =
        play("{before: 12, after: 12, at: 0, seconds: 1200}", "{at: 100, fault: hosts-die}");

    assertThat(summary.totals().failed()).isPositive();
    assertThat(summary.tasksServing()).isEqualTo(2);
    assertThat(summary.hostsReady()).isEqualTo(2);
  }

  @Test
  void aCrashedTaskIsReplacedAtOnceOnItsOwnHost() {
    Summary summary =
        play("{before: 12, after: 12, at: 0, seconds: 900}", "{at: 100, fault: tasks-die}");

    assertThat(story).anyMatch(line -> line.contains("Essential container in task exited"));
    assertThat(story).noneMatch(line -> line.contains("host launched"));
    assertThat(summary.totals().failed()).isPositive();
    assertThat(summary.tasksServing()).isEqualTo(2);
  }

  @Test
  void aStuckDeploymentStaysInProgressAndTheOldRevisionServesOn() {
    Summary summary =
        play(
            "{before: 4, after: 4, at: 0, seconds: 3600}\nhosts: 4",
            "{at: 100, fault: deploys, quality: stays-pending}");

    assertThat(story).noneMatch(line -> line.contains("COMPLETED") || line.contains("FAILED"));
    assertThat(summary.tasksServing()).isEqualTo(2);
    assertThat(summary.totals().failed()).isZero();
    assertThat(summary.waiting().pending()).isGreaterThan(2 * 3000);
  }

  @Test
  void aFaultThatEndsLeavesAnotherOfItsKindGoingOn() {
    play(
        "{before: 12, after: 40, at: 60, seconds: 900}",
        "{at: 30, until: 500, fault: no-capacity}",
        "{at: 40, until: 100, fault: no-capacity}",
        "{at: 30, until: 900, fault: metrics-lost, namespace: Lockstep}",
        "{at: 40, until: 100, fault: metrics-lost, namespace: AWS/ApplicationELB}");

    assertThat(story)
        .filteredOn(line -> line.contains("host launched"))
        .isNotEmpty()
        .allMatch(line -> second(line) >= 500);
    assertThat(story).noneMatch(line -> line.contains("alarm          demand OK -> ALARM"));
  }

  @Test
  void onAFailedGpuTaskAfterTaskFailsAndTheHostStays() {
    Summary summary =
        play("{before: 12, after: 12, at: 0, seconds: 1200}", "{at: 100, fault: gpus-fail}");

    assertThat(story)
        .filteredOn(line -> line.contains("failed ELB health checks"))
        .hasSizeGreaterThan(3);
    assertThat(story).noneMatch(line -> line.contains("host launched"));
    assertThat(summary.tasksServing()).isEqualTo(1);
  }

  @Test
  void anExpiredCertificateIsNoRequestForAnybody() {
    Summary summary =
        play(
            "{before: 12, after: 12, at: 0, seconds: 600}",
            "{at: 300, fault: certificate-expires}");

    assertThat(summary.totals().refused()).isCloseTo(300 * 12, within(400L));
    assertThat(summary.totals().failed()).isZero();
    assertThat(story).noneMatch(line -> line.contains("task stopping"));
  }

  @Test
  void heavierRequestsAreLateAtTheSameRateAndTasksThatComeLaterKnowItToo() {
    Summary summary =
        play(
            "{before: 14, after: 14, at: 0, seconds: 1800}",
            "{at: 100, until: 1500, fault: heavier-requests, factor: 1.7}");

    assertThat(story).anyMatch(line -> line.contains("alarm          latency OK -> ALARM"));
    assertThat(summary.tasksServing()).isGreaterThan(2);
    assertThat(summary.lastP95().orElseThrow()).isLessThan(250);
  }

  @Test
  void aFaultOfTheFunctionNeedsOne() {
    assertThatThrownBy(() ->
            play("{before: 1, after: 1, at: 0, seconds: 60}", "{at: 5, fault: function-breaks}"))
        .isInstanceOf(ScenarioException.class)
        .hasMessageContaining("in a page's scenario only");
  }

  @Test
  void aHungTaskIsFoundByItsHealthChecksAndReplaced() {
    Summary summary =
        play("{before: 12, after: 12, at: 0, seconds: 900}", "{at: 100, fault: task-hangs}");

    assertThat(story).anyMatch(line -> line.contains("failed ELB health checks"));
    assertThat(summary.tasksServing()).isEqualTo(2);
  }

  @Test
  void hostsWithoutGpusTakeNoTask() {
    Summary summary =
        play("{before: 12, after: 40, at: 60, seconds: 1200}", "{at: 0, fault: gpus-not-reported}");

    assertThat(summary.hostsReady()).isGreaterThan(2);
    assertThat(summary.tasksServing()).isEqualTo(2);
  }

  @Test
  void aPoisonedRevisionAnswersWithErrorsOnceItTakesTraffic() {
    Summary summary =
        play(
            "{before: 4, after: 4, at: 0, seconds: 1800}\nhosts: 4",
            "{at: 100, fault: deploys, quality: answers-with-errors}");

    assertThat(story).anyMatch(line -> line.contains("COMPLETED"));
    assertThat(summary.totals().failed()).isGreaterThan(summary.totals().served());
  }

  @Test
  void aDeploymentWithoutSpareGpusGetsHostsAndGivesThemBack() {
    Summary summary =
        play("{before: 4, after: 4, at: 0, seconds: 3600}", "{at: 100, fault: deploys}");

    assertThat(story)
        .anyMatch(line -> line.contains("of embed:2 began"))
        .anyMatch(line -> line.contains("hosts asked    2 -> 4"))
        .anyMatch(line -> line.contains("COMPLETED"));
    assertThat(summary.hostsReady()).isEqualTo(2);
    assertThat(summary.totals().failed()).isZero();
  }

  @Test
  void aBrainThatIsThrottledHalfOfTheTimeStillGetsThere() {
    Summary summary =
        play(
            "{before: 12, after: 40, at: 60, seconds: 1800}",
            "{at: 0, fault: api-errors, throttled: 0.15, broken: 0.1}");

    assertThat(summary.tasksServing()).isGreaterThanOrEqualTo(5);
  }

  @Test
  void lostDoubledAndLateTriggersDelayTheAnswerAndChangeItNot() {
    Summary summary =
        play(
            "{before: 12, after: 40, at: 60, seconds: 1800}",
            "{at: 0, fault: triggers, lost: 0.5, doubled: 0.3, late: 0.3, latest: 90}");

    assertThat(summary.tasksServing()).isBetween(5, 7);
    assertThat(summary.stillWaiting()).isZero();
  }

  @Test
  void withoutTheServicesMetricsTheLoadBalancersAreEnough() {
    Summary summary =
        play(
            "{before: 12, after: 40, at: 60, seconds: 1800}",
            "{at: 0, fault: metrics-lost, namespace: Lockstep}");

    assertThat(summary.tasksServing()).isBetween(5, 7);
  }

  @Test
  void aLostZoneIsMadeUpForInTheOther() {
    Summary summary =
        play(
            "{before: 12, after: 12, at: 0, seconds: 1200}",
            "{at: 100, fault: zone-lost, zone: eu-west-1a}");

    assertThat(summary.tasksServing()).isEqualTo(2);
  }

  @Test
  void slowBootsAndLateMetricsMakeUsersWaitLonger() {
    Summary usual = play("{before: 12, after: 40, at: 60, seconds: 1800}");
    Summary slow =
        play(
            "{before: 12, after: 40, at: 60, seconds: 1800}",
            "{at: 0, fault: slow-boots, factor: 3}",
            "{at: 0, fault: metrics-late, by: 60}");

    assertThat(slow.recovery()).isGreaterThan(usual.recovery().plusSeconds(120));
  }

  @Test
  void aSecondControllerChangesCountsBehindEverybodysBack() {
    play(
        "{before: 12, after: 12, at: 0, seconds: 600}",
        "{at: 100, until: 300, fault: second-controller, tasks: 3, hosts: 3}");

    assertThat(story)
        .anyMatch(line -> line.contains("tasks asked    2 -> 3"))
        .anyMatch(line -> line.contains("hosts asked    2 -> 3"));
  }

  @Test
  void aPolicyOnTheGroupSetsItsHostsAloneAndIsSeenThere() {
    play(
        "{before: 12, after: 12, at: 0, seconds: 600}",
        "{at: 100, fault: second-controller, hosts: 3}");

    assertThat(story)
        .anyMatch(line -> line.contains("hosts asked    2 -> 3"))
        .anyMatch(line -> line.contains("scaling policy somebody-elses-policy-of-3-hosts sizes"))
        .noneMatch(line -> line.contains("tasks asked"));
  }

  @Test
  void applicationAutoScalingSetsTheServicesTasksAloneIsSeenByItsAlarmAndNobodyGrantsHosts() {
    Summary summary =
        play(
            "{before: 12, after: 12, at: 0, seconds: 600}",
            "{at: 100, until: 280, fault: second-controller, tasks: 3}");

    // Set each minute from second 160 on. A second after 280 a tick finds the brain alone again.
    assertThat(story)
        .anyMatch(line -> line.contains("tasks asked    2 -> 3"))
        .anyMatch(line -> line.contains("Application Auto Scaling sizes service embed"))
        .noneMatch(line -> line.contains("hosts asked") && second(line) < 280);
    assertThat(summary.waiting().prolonged()).isPositive();
  }

  private static int second(String line) {
    return Integer.parseInt(line.substring(0, line.indexOf(' ')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "faults: 7 | scenario.faults is '7' but must be a list",
        "faults: [{at: 1, fault: gremlins}] | scenario.faults[0].fault is 'gremlins' but must be"
            + " one of no-capacity",
        "faults: [{fault: task-hangs}] | scenario.faults[0].at is missing; it is a number",
        "faults: [{at: 5, until: 4, fault: task-hangs}] | ends after it began, not at 5 s until 4"
            + " s",
        "faults: [{at: 5, fault: deploys, quality: lovely}] | quality is 'lovely' but must be one"
            + " of good, never-runs",
        "faults: [{at: 5, fault: second-controller}] | scenario.faults[0] has neither tasks nor"
            + " hosts but must say what the second controller owns: one or both",
        "faults: [{at: 5, fault: triggers, lost: 2}] | the share of deliveries that are lost is 0"
            + " to 1, not 2.0",
      })
  void aFileThatCannotBePlayedIsRefusedByTheFieldThatIsWrong(String fault, String message) {
    assertThatThrownBy(() ->
            ScenarioFile.parse(
                "name: x\nabout: y\ndemand: {before: 1, after: 1, at: 0, seconds: 60}\n" + fault))
        .isInstanceOf(ScenarioException.class)
        .hasMessageContaining(message);
  }

  private Summary play(String demand, String... faults) {
    story.clear();
    String yaml =
        "name: x\nabout: y\ndemand: %s\nfaults: [%s]".formatted(demand, String.join(", ", faults));
    return Drill.play(
        ScenarioFile.parse(yaml),
        Controllers::lockstep,
        (since, change) -> story.add(since.toSeconds() + " " + change.line()));
  }
}
