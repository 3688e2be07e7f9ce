package dev.lockstep.drills.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.autoscaling.GroupSettings;
import dev.lockstep.drills.time.Delay;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an ECS service does, fact by fact. */
final class TaskServiceTest {

  @Test
  void aTaskThatNoHostCanHoldDoesNotExistAndIsNotPending() {
    Lab lab = new Lab().settled();
    service(lab).setDesired(5);
    lab.runTo(1000);

    assertThat(service(lab).desired()).isEqualTo(5);
    assertThat(service(lab).tasks()).hasSize(2);
    assertThat(service(lab).pending()).isZero();
    assertThat(service(lab).waits().still(lab.account().timeline().instant()))
        .containsOnly(Duration.ofMinutes(15))
        .hasSize(3);
  }

  @Test
  void underManagedScalingItExistsAsProvisioningAndCountsAsPending() {
    Lab lab = new Lab(Lab.GROUP, Lab.SERVICE.withPlacement(new Placement.Provisioning())).settled();
    service(lab).setDesired(5);

    assertThat(service(lab).provisioning()).isEqualTo(3);
    assertThat(service(lab).pending()).isEqualTo(3);
  }

  @Test
  void atMostAHundredTasksAreProvisioning() {
    Lab lab = new Lab(Lab.GROUP, Lab.SERVICE.withPlacement(new Placement.Provisioning())).settled();
    service(lab).setDesired(500);

    assertThat(service(lab).provisioning()).isEqualTo(100);
  }

  @Test
  void aTaskThatIsProvisioningForTooLongIsGivenUpAndAskedForAnew() {
    Lab lab = new Lab(Lab.GROUP, Lab.SERVICE.withPlacement(new Placement.Provisioning())).settled();
    service(lab).setDesired(3);
    lab.runTo(100 + 19 * 60);
    assertThat(lab.log()).noneMatch(line -> line.contains("gave up"));
    lab.runTo(100 + 31 * 60);

    assertThat(lab.log()).anyMatch(line -> line.contains("gave up a task"));
    assertThat(service(lab).provisioning()).isEqualTo(1);
  }

  @Test
  void aProvisioningTaskIsPlacedWithinFifteenSecondsOfItsHost() {
    Lab lab = new Lab(Lab.GROUP, Lab.SERVICE.withPlacement(new Placement.Provisioning())).settled();
    lab.account().group().setDesired(3);
    service(lab).setDesired(3);
    lab.runTo(220);

    assertThat(service(lab).tasks()).hasSize(3);
  }

  @Test
  void raisedTogetherATaskIsPlacedAtTheNextAttemptAfterItsHostHasRegistered() {
    Lab lab = new Lab().settled();
    lab.account().group().setDesired(3);
    service(lab).setDesired(3);
    lab.runTo(400);

    // Attempts at 100, 110, 130, 160, 200 and 250; the host registers at 205.
    assertThat(lab.log())
        .containsExactly(
            "100 hosts asked    2 -> 3",
            "100 tasks asked    2 -> 3",
            "100 ECS event      (service embed) was unable to place a task because no container"
                + " instance met all of its requirements.",
            "105 host launched  i-000000000000000a2",
            "205 host ready     i-000000000000000a2",
            "250 task placed    task-3 on i-000000000000000a2",
            "300 task serving   task-3");
  }

  @Test
  void placementBacksOffUpToItsLongestWait() {
    Placement.Plain plain = Placement.Plain.DEFAULT;

    assertThat(IntStream.of(1, 2, 3, 161, 162, 163, 1000).mapToObj(plain::waitAfter))
        .containsExactly(
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1610),
            Duration.ofMinutes(27),
            Duration.ofMinutes(27),
            Duration.ofMinutes(27));
  }

  @Test
  void aChangedCountIsTriedAtOnce() {
    Lab lab = new Lab().settled();
    service(lab).setDesired(4);
    lab.account().group().setDesired(4);
    lab.runTo(206);
    assertThat(service(lab).tasks()).hasSize(2);
    service(lab).setDesired(5);

    assertThat(service(lab).tasks()).hasSize(4);
  }

  @Test
  void aNewTaskDefinitionMakesTheSchedulerForgetItsFailures() {
    Lab lab = new Lab().settled();
    service(lab).setDesired(3);
    lab.account().group().setDesired(3);
    lab.runTo(206);
    assertThat(service(lab).tasks()).hasSize(2);
    service(lab).deploy(new Revision(2, Revision.Quality.GOOD));

    assertThat(service(lab).tasks()).hasSize(3);
  }

  @Test
  void aTaskIsPendingWhileItsImageIsPulledAndRunsBeforeItServes() {
    Lab lab = new Lab(Lab.GROUP.withHosts(0, 3, 5), Lab.SERVICE).settled();
    service(lab).setDesired(3);
    lab.runTo(129);
    assertThat(service(lab).pending()).isEqualTo(1);
    lab.runTo(131);
    assertThat(service(lab).running()).isEqualTo(3);
    assertThat(service(lab).serving()).isEqualTo(2);
    lab.runTo(151);
    assertThat(service(lab).serving()).isEqualTo(3);
  }

  @Test
  void aStoppingTaskHoldsItsGpuUntilItHasStopped() {
    Lab lab = new Lab().settled();
    service(lab).setDesired(1);
    lab.runTo(105);
    assertThat(service(lab).running()).isEqualTo(1);
    assertThat(freeGpus(lab)).isZero();
    lab.runTo(111);
    assertThat(freeGpus(lab)).isEqualTo(1);
  }

  @Test
  void gpusAreWholeSoTwoTasksOfThreeNeedTwoHostsOfFour() {
    Lab lab =
        new Lab(
            GroupSettings.of(4, 1, 5, Delay.of(Lab.BOOT)),
            ServiceSettings.of(3, 2, Delay.of(Lab.PULL), Delay.of(Lab.LOAD)));
    lab.runTo(500);

    assertThat(service(lab).tasks()).hasSize(1);
    assertThat(freeGpus(lab)).isEqualTo(1);
  }

  @Test
  void aHostWhoseAgentReportsNoGpuHoldsNoTask() {
    Lab lab = new Lab().settled();
    lab.account().cluster().hideGpus();
    lab.account().group().setDesired(3);
    service(lab).setDesired(3);
    lab.runTo(600);

    assertThat(lab.account().cluster().registered()).isEqualTo(3);
    assertThat(service(lab).serving()).isEqualTo(2);
  }

  @Test
  void aRollingDeploymentStartsNewTasksBeforeItStopsOldOnes() {
    Lab lab = new Lab(Lab.GROUP.withHosts(0, 3, 5), Lab.SERVICE).settled();
    service(lab).deploy(new Revision(2, Revision.Quality.GOOD));
    for (int second = 101; second < 500; second++) {
      lab.runTo(second);
      assertThat(service(lab).serving()).isGreaterThanOrEqualTo(2);
    }

    assertThat(service(lab).tasks()).allMatch(task -> task.revision().number() == 2).hasSize(2);
    assertThat(service(lab).deployments())
        .extracting(Deployment::rollout)
        .containsExactly(Deployment.Rollout.COMPLETED);
  }

  @Test
  void withoutASpareGpuARollingDeploymentThatMustKeepAllServingNeverEnds() {
    Lab lab = new Lab().settled();
    service(lab).deploy(new Revision(2, Revision.Quality.GOOD));
    lab.runTo(7200);

    assertThat(service(lab).deployments().getFirst().rollout())
        .isEqualTo(Deployment.Rollout.IN_PROGRESS);
    assertThat(service(lab).tasks()).allMatch(task -> task.revision().number() == 1);
  }

  @Test
  void theCircuitBreakerRollsBackARevisionWhoseTasksKeepFailing() {
    Lab lab = new Lab(Lab.GROUP.withHosts(0, 4, 5), Lab.SERVICE).settled();
    service(lab).deploy(new Revision(2, Revision.Quality.NEVER_HEALTHY));
    lab.runTo(2000);

    assertThat(lab.log()).anyMatch(line -> line.endsWith("FAILED: circuit breaker"));
    assertThat(service(lab).tasks()).allMatch(task -> task.revision().number() == 1).hasSize(2);
    assertThat(service(lab).serving()).isEqualTo(2);
  }

  @Test
  void blueGreenNeedsTwiceTheGpusAndSwitchesAllRequestsAtOnce() {
    Strategy blueGreen = new Strategy.BlueGreen(Duration.ofMinutes(5));
    Lab lab = new Lab(Lab.GROUP.withHosts(0, 4, 5), Lab.SERVICE.withStrategy(blueGreen)).settled();
    service(lab).deploy(new Revision(2, Revision.Quality.GOOD));
    lab.runTo(149);
    assertThat(service(lab).tasks()).hasSize(4);
    assertThat(lab.routed()).allMatch(task -> task.revision().number() == 1).hasSize(2);
    lab.runTo(151);
    assertThat(lab.routed()).allMatch(task -> task.revision().number() == 2).hasSize(2);
    assertThat(service(lab).tasks()).hasSize(4);
    lab.runTo(500);
    assertThat(service(lab).tasks()).allMatch(task -> task.revision().number() == 2).hasSize(2);
  }

  @Test
  void blueGreenHasNoCircuitBreakerAndABadRevisionStaysUntilSomebodyActs() {
    Strategy blueGreen = new Strategy.BlueGreen(Duration.ofMinutes(5));
    Lab lab = new Lab(Lab.GROUP.withHosts(0, 4, 5), Lab.SERVICE.withStrategy(blueGreen)).settled();
    service(lab).deploy(new Revision(2, Revision.Quality.NEVER_HEALTHY));
    lab.runTo(7200);

    assertThat(service(lab).deployments().getFirst().rollout())
        .isEqualTo(Deployment.Rollout.IN_PROGRESS);
    assertThat(lab.routed()).hasSize(2);
  }

  @Test
  void aDrainingInstanceLosesItsTaskOnlyWhenAnotherServes() {
    Lab lab = new Lab(Lab.GROUP.withHosts(0, 3, 5), Lab.SERVICE).settled();
    ContainerInstance busy = service(lab).tasks().getFirst().instance();
    lab.account().cluster().setStatus(busy.host().id(), ContainerInstance.Status.DRAINING);
    lab.runTo(149);
    assertThat(busy.tasks()).hasSize(1);
    lab.runTo(170);
    assertThat(busy.tasks()).isEmpty();
    assertThat(service(lab).serving()).isEqualTo(2);
  }

  @Test
  void aLoneTaskUnderAMaximumOf150PercentCanNeverBeDrained() {
    // Rounded down, 150 % of one task is one task: none may be started beside it.
    Lab lab =
        new Lab(Lab.GROUP, Lab.SERVICE.withInitial(1).withStrategy(new Strategy.Rolling(100, 150)))
            .settled();
    ContainerInstance busy = service(lab).tasks().getFirst().instance();
    lab.account().cluster().setStatus(busy.host().id(), ContainerInstance.Status.DRAINING);
    lab.runTo(7200);
    assertThat(busy.tasks()).hasSize(1);

    service(lab).setDesired(2);
    lab.runTo(7400);
    assertThat(service(lab).serving()).isEqualTo(2);
    assertThat(busy.tasks()).hasSize(1);
  }

  @Test
  void aDeploymentWhoseTasksStayPendingIsStuckAndTheOldOnesServeOn() {
    Lab lab = new Lab(Lab.GROUP.withHosts(0, 4, 5), Lab.SERVICE).settled();
    service(lab).deploy(new Revision(2, Revision.Quality.STAYS_PENDING));
    lab.runTo(7200);

    assertThat(service(lab).deployments().getFirst().rollout())
        .isEqualTo(Deployment.Rollout.IN_PROGRESS);
    assertThat(service(lab).pending()).isEqualTo(2);
    assertThat(service(lab).serving()).isEqualTo(2);
  }

  @Test
  void tasksThatNeverRunMakeTheSchedulerHesitate() {
    Lab lab = new Lab(Lab.GROUP.withHosts(0, 4, 5), Lab.SERVICE).settled();
    service(lab).deploy(new Revision(2, Revision.Quality.NEVER_RUNS));
    lab.runTo(149);

    // Both failed at 130, and two failures mean 20 seconds.
    assertThat(service(lab).tasks()).allMatch(task -> task.revision().number() == 1);
    lab.runTo(151);
    assertThat(service(lab).tasks()).anyMatch(task -> task.revision().number() == 2);
  }

  private static int freeGpus(Lab lab) {
    return lab.account().cluster().instances().stream()
        .mapToInt(instance -> instance.free().gpus())
        .sum();
  }

  private static TaskService service(Lab lab) {
    return lab.account().service();
  }
}
