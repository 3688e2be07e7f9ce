package dev.lockstep.scaler.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.FakeAws;
import dev.lockstep.scaler.decide.LeadTimes;
import dev.lockstep.scaler.decide.Learned;
import dev.lockstep.scaler.decide.LearnedRate;
import dev.lockstep.scaler.decide.Plan;
import dev.lockstep.scaler.decide.Reason;
import dev.lockstep.scaler.decide.Sizing;
import dev.lockstep.scaler.decide.Step;
import dev.lockstep.scaler.observe.Directive;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FleetActuatorTest {
  private static final Step HOSTS = new Step.RaiseHosts(2, 5);
  private static final Step TASKS = new Step.RaiseTasks(2, 5, 2);

  private final FakeAws aws = new FakeAws();
  private final FleetActuator actuator = new FleetActuator(aws.ecs, aws.autoScaling);

  @Test
  void hostsAreRaisedBeforeTasks() {
    List<StepResult> results = execute(plan(false, HOSTS, TASKS));

    assertThat(aws.changes).containsExactly("hosts=5", "tasks=5");
    assertThat(outcomes(results))
        .containsExactly(
            new Outcome.Done("the group's desired capacity is now 5"),
            new Outcome.Done("the service's desired count is now 5"));
  }

  @Test
  void aDryRunChangesNothing() {
    List<StepResult> results = execute(plan(true, HOSTS, TASKS));

    assertThat(aws.changes).isEmpty();
    assertThat(outcomes(results))
        .containsExactly(new Outcome.NotRun("dry run"), new Outcome.NotRun("dry run"));
  }

  @Test
  void aPlanCarriedOutTwiceChangesNothingTheSecondTime() {
    execute(plan(false, HOSTS, TASKS));
    List<StepResult> again = execute(plan(false, HOSTS, TASKS));

    assertThat(aws.changes).containsExactly("hosts=5", "tasks=5");
    assertThat(outcomes(again))
        .containsExactly(
            new Outcome.AlreadyThere("the group's desired capacity is 5"),
            new Outcome.AlreadyThere("the service's desired count is 5"));
  }

  @Test
  void aLateRunDoesNotTakeBackWhatANewerOneOrdered() {
    aws.hosts = 8;
    aws.tasks = 8;

    execute(plan(false, HOSTS, TASKS));

    assertThat(aws.changes).isEmpty();
  }

  @Test
  void whenHostsAreRefusedNoTaskIsAskedForThem() {
    aws.fail("setDesiredCapacity", "ScalingActivityInProgress");

    List<StepResult> results = execute(plan(false, HOSTS, TASKS));

    assertThat(aws.changes).isEmpty();
    assertThat(outcomes(results))
        .containsExactly(
            new Outcome.Failed("ScalingActivityInProgress"),
            new Outcome.NotRun("no host for them was ordered; the next run tries again"));
  }

  @Test
  void whenHostsAreRefusedTheTasksThatFitAnywayAreStillAskedFor() {
    aws.fail("setDesiredCapacity", "ResourceContention");

    execute(plan(false, HOSTS, new Step.RaiseTasks(2, 5, 3)));

    assertThat(aws.changes).containsExactly("tasks=3");
  }

  @Test
  void whenEcsRefusesTheHostsAreOnTheirWayAndTheNextRunCompletesIt() {
    aws.fail("updateService", "ThrottlingException");
    List<StepResult> first = execute(plan(false, HOSTS, TASKS));
    aws.heal();
    execute(plan(false, new Step.RaiseTasks(2, 5, 5)));

    assertThat(outcomes(first)).last().isEqualTo(new Outcome.Failed("ThrottlingException"));
    assertThat(aws.changes).containsExactly("hosts=5", "tasks=5");
  }

  @Test
  void tasksAreLoweredOnlyFromTheCountThatWasSeen() {
    aws.tasks = 5;
    assertThat(outcomes(execute(plan(false, new Step.LowerTasks(6, 4)))))
        .containsExactly(new Outcome.NotRun("the desired count is 5 by now, not 6"));
    assertThat(aws.changes).isEmpty();

    execute(plan(false, new Step.LowerTasks(5, 4)));
    assertThat(aws.changes).containsExactly("tasks=4");
  }

  @Test
  void tasksAreWithdrawnUnlessOneOfThemHasFoundAPlace() {
    aws.tasks = 5;
    aws.running = 5;
    assertThat(outcomes(execute(plan(false, new Step.WithdrawTasks(5, 4)))))
        .containsExactly(new Outcome.NotRun("5 tasks have a place by now"));
    assertThat(outcomes(execute(plan(false, new Step.WithdrawTasks(6, 4)))))
        .containsExactly(new Outcome.NotRun("the desired count is 5 by now, not 6"));
    assertThat(aws.changes).isEmpty();

    aws.running = 4;
    execute(plan(false, new Step.WithdrawTasks(5, 4)));
    assertThat(aws.changes).containsExactly("tasks=4");
  }

  @Test
  void ecsIsMadeToLookAgainUnlessItAlreadyHas() {
    aws.tasks = 2;
    aws.running = 2;
    assertThat(outcomes(execute(plan(false, new Step.AskAgain(1, 2)))))
        .containsExactly(new Outcome.NotRun("2 tasks have a place by now"));
    assertThat(aws.changes).isEmpty();

    aws.running = 1;
    execute(plan(false, new Step.AskAgain(1, 2)));
    assertThat(aws.changes).containsExactly("tasks=1", "tasks=2");
  }

  @Test
  void anEmptyHostIsDrainedLookedAtAgainAndEndedByName() {
    aws.host("i-spare");
    aws.register("i-spare");
    aws.empty.add("i-spare");

    execute(plan(false, new Step.RetireHosts(List.of("i-spare"))));

    assertThat(aws.changes).containsExactly("DRAINING i-spare", "end i-spare, decrement true");
  }

  @Test
  void aHostThatGotATaskInBetweenIsGivenBack() {
    aws.host("i-spare");
    aws.register("i-spare");
    aws.empty.add("i-spare");
    aws.whenDraining = aws.empty::remove;

    List<StepResult> results = execute(plan(false, new Step.RetireHosts(List.of("i-spare"))));

    assertThat(aws.changes).containsExactly("DRAINING i-spare", "ACTIVE i-spare");
    assertThat(outcomes(results))
        .containsExactly(
            new Outcome.NotRun("no host was still empty; kept for their new tasks: i-spare"));
  }

  @Test
  void aDirectiveIsKeptInATagAndForgottenAgain() {
    Instant until = Instant.parse("2026-03-01T12:30:00Z");

    execute(plan(false, new Step.Remember(new Directive.Floor(4, until))));
    assertThat(aws.tags).containsEntry("lockstep:floor:embed", "tasks=4 until=" + until);

    execute(plan(false, new Step.Forget()));
    assertThat(aws.tags).isEmpty();
  }

  private List<StepResult> execute(Plan plan) {
    return actuator.execute(Policies.with().fleet(), plan);
  }

  private static List<Outcome> outcomes(List<StepResult> results) {
    return results.stream().map(StepResult::outcome).toList();
  }

  private static Plan plan(boolean dryRun, Step... steps) {
    return new Plan(
        new Sizing(RequestRate.ZERO, List.of(), 5, 5, 5, 2),
        new Learned(
            new LeadTimes(Duration.ofMinutes(4), Optional.empty(), false, "as configured"),
            new LearnedRate(new RequestRate(8), LearnedRate.Change.AS_CONFIGURED, "as configured")),
        List.of(steps),
        List.of(new Reason(Reason.Code.DEMAND, "a test asked for it")),
        "nothing",
        dryRun);
  }
}
