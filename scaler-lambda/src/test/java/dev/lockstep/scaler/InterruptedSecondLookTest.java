package dev.lockstep.scaler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.decide.Reason;
import dev.lockstep.scaler.report.Decision;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

/**
 * Hosts die, ECS backs off, others register: tasks are withdrawn or asked for again in two calls. A
 * run that ends between any two of its calls leaves fewer tasks asked for than there were; the next
 * ones bring all of them back.
 */
final class InterruptedSecondLookTest {
  private static final int LEAST = InterruptibleFunction.LEAST_TASKS;

  /** Minutes. Longer than a host counts as new, and over before the last run. */
  private static final int BACK_OFF = 4;

  private FakeAws aws = new FakeAws();
  private InterruptibleFunction function = functionOf(aws);
  private double demand;

  @BeforeTry
  void afresh() {
    aws = new FakeAws();
    function = functionOf(aws);
  }

  private static InterruptibleFunction functionOf(FakeAws aws) {
    return new InterruptibleFunction(aws, "FORECAST", "false", "TASK_RELEASE", "on-registration");
  }

  @Property(tries = 300)
  void whatADeadHostsTasksWereAskedForIsAskedForAgain(
      @ForAll @IntRange(min = LEAST, max = 6) int tasks,
      @ForAll @IntRange(min = 1, max = 6) int dead,
      @ForAll boolean seenBeforeTheNextHosts,
      @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 0, max = 24) Integer> cutAfter) {
    settledWith(tasks);
    for (int i = 0; i < Math.min(dead, tasks); i++) {
      aws.die(BACK_OFF);
    }
    if (seenBeforeTheNextHosts) {
      function.cutOffAfter(cutAfter.getFirst());
      minuteGoesBy();
    } else {
      aws.settle(function.now());
    }
    Statistics.label("decided")
        .collect(decides(Reason.Code.ASKED_AGAIN) ? "ask again" : "something else")
        .coverage(coverage -> coverage.check("ask again").percentage(share -> share > 20));
    for (int calls : cutAfter) {
      function.cutOffAfter(calls);
      minuteGoesBy();
    }

    function.run();
    assertThat(aws.tasks).as("the next run restores the minimum").isGreaterThanOrEqualTo(LEAST);
    for (int i = 0; i < 3; i++) {
      minuteGoesBy();
      function.run();
    }
    assertThat(aws.tasks).as("and the others what demand needs").isEqualTo(tasks);
    assertThat(aws.running).isEqualTo(tasks);
    assertThat(aws.hosts).isEqualTo(tasks);
  }

  @Test
  void aRunThatEndsBetweenTheTwoCallsIsCompletedByTheNext() {
    settledWith(2);
    aws.die(BACK_OFF);
    aws.settle(function.now());
    aws.changes.clear();
    assertThat(function.cutOffBefore("updateService", "tasks=1")).isTrue();
    assertThat(aws.changes).containsExactly("tasks=1");

    function.run();
    assertThat(aws.changes).containsExactly("tasks=1", "tasks=2");
    minuteGoesBy();
    assertThat(aws.running).isEqualTo(2);
  }

  private void settledWith(int tasks) {
    demand = tasks * InterruptibleFunction.RATE_PER_TASK;
    aws.tasks = tasks;
    aws.hosts = tasks;
    aws.settle();
    function.remember(demand);
  }

  private void minuteGoesBy() {
    function.publish(demand, function.now());
    function.minuteGoesBy();
    aws.settle(function.now().minusSeconds(5));
  }

  private boolean decides(Reason.Code code) {
    return function.decide().stream()
        .filter(Decision.Decided.class::isInstance)
        .map(Decision.Decided.class::cast)
        .flatMap(decided -> decided.plan().reasons().stream())
        .anyMatch(reason -> reason.code() == code);
  }
}
