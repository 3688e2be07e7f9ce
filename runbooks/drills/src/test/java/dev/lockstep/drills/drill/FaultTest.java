package dev.lockstep.drills.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.control.Controllers;
import dev.lockstep.drills.control.LockstepWiring;
import dev.lockstep.drills.ecs.ContainerInstance;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.drills.traffic.RequestTimes;
import dev.lockstep.drills.traffic.Totals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong in a scenario, and what must hold whatever does. */
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
    assertThat(summary.longestWait()).isGreaterThan(Duration.ofMinutes(10));
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
  void slowBootsAndLateMetricsMakeTheWaitLonger() {
    Summary usual = play("{before: 12, after: 40, at: 60, seconds: 1800}");
    Summary slow =
        play(
            "{before: 12, after: 40, at: 60, seconds: 1800}",
            "{at: 0, fault: slow-boots, factor: 3}",
            "{at: 0, fault: metrics-late, by: 60}");

    assertThat(slow.longestWait()).isGreaterThan(usual.longestWait().plusSeconds(120));
  }

  @Test
  void aSecondControllerChangesCountsBehindEverybodysBack() {
    play(
        "{before: 12, after: 12, at: 0, seconds: 600}",
        "{at: 100, until: 300, fault: second-controller, tasks: 3, hosts: 3}");

    assertThat(story).anyMatch(line -> line.contains("tasks asked    2 -> 3"));
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

  @Property(tries = 60)
  void whateverGoesWrongWhatIsSentEndsAndNoGpuIsHeldTwice(
      @ForAll("mishaps") List<Fault> mishaps, @ForAll long seed) {
    Scenario scenario = Scenarios.TRAFFIC_SPIKE;
    Simulation simulation =
        new Simulation(
            scenario.account(),
            scenario.gpu(),
            RequestTimes.draw(new Demand.Surge(12, 30, 60, 900), seed),
            new Chance(seed),
            true,
            (_, _) -> {},
            _ -> {});
    Account account = simulation.account();
    LockstepWiring.connect(
        account,
        Controllers.lockstep(account, scenario.policy()),
        scenario.policy(),
        Duration.ofMinutes(1));
    int second = 40;
    for (Fault mishap : mishaps) {
      new Scheduled(mishap, Duration.ofSeconds(second), Optional.empty()).on(simulation);
      second += 97;
    }
    Instant[] last = {Instant.MIN};
    account.timeline().every(Duration.ofSeconds(7), () -> requireSane(account, last));
    simulation.run();

    Totals totals = simulation.meter().totals();
    assertThat(totals.underWay()).isNotNegative();
    assertThat(totals.sent())
        .isEqualTo(totals.served() + totals.refused() + totals.failed() + totals.underWay());
  }

  private static void requireSane(Account account, Instant[] last) {
    Instant now = account.timeline().instant();
    assertThat(now).isAfterOrEqualTo(last[0]);
    last[0] = now;
    for (ContainerInstance instance : account.cluster().instances()) {
      int held = instance.tasks().size() * account.service().settings().each().gpus();
      assertThat(instance.free().gpus()).isNotNegative();
      assertThat(held + instance.free().gpus()).isEqualTo(instance.registered().gpus());
    }
    assertThat(account.service().tasks())
        .extracting(Task::instance)
        .extracting(ContainerInstance::host)
        .allMatch(host -> host.state() != Host.State.TERMINATED);
  }

  @Provide
  Arbitrary<List<Fault>> mishaps() {
    return Arbitraries.<Fault>of(
            new Fault.HostsDie(1),
            new Fault.TaskHangs(),
            new Fault.NoCapacity("*", "*"),
            new Fault.ZoneLost("eu-west-1b"),
            new Fault.ApiErrors(0.2, 0.2, 0.2),
            new Fault.GpusNotReported(),
            new Fault.Deploys(Revision.Quality.NEVER_HEALTHY),
            new Fault.Deploys(Revision.Quality.GOOD),
            new Fault.SecondController(4, 3))
        .list()
        .ofMaxSize(6);
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
