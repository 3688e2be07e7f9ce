package dev.lockstep.scaler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.decide.Reason;
import dev.lockstep.scaler.policy.Estate;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.report.Decision;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
  private static final Instant START = Instant.parse("2026-03-01T12:00:07Z");
  private static final byte[] TICK =
      "{\"detail-type\":\"Scheduled Event\",\"time\":\"2026-03-01T12:00:00Z\"}"
          .getBytes(StandardCharsets.UTF_8);
  private static final int LEAST = 2;
  private static final double RATE_PER_TASK = 8;

  /** Minutes. Longer than a host counts as new, and over before the last run. */
  private static final int BACK_OFF = 4;

  private FakeAws aws = new FakeAws();
  private Instant now = START;
  private int needed;

  @BeforeTry
  void afresh() {
    aws = new FakeAws();
    now = START;
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
      cutOff(cutAfter.getFirst());
      minuteGoesBy();
    } else {
      aws.settle(now);
    }
    Statistics.label("decided")
        .collect(decides(Reason.Code.ASKED_AGAIN) ? "ask again" : "something else")
        .coverage(coverage -> coverage.check("ask again").percentage(share -> share > 20));
    for (int calls : cutAfter) {
      cutOff(calls);
      minuteGoesBy();
    }

    handler(false).handle(TICK);
    assertThat(aws.tasks).as("the next run restores the minimum").isGreaterThanOrEqualTo(LEAST);
    for (int i = 0; i < 3; i++) {
      minuteGoesBy();
      handler(false).handle(TICK);
    }
    assertThat(aws.tasks).as("and the others what demand needs").isEqualTo(tasks);
    assertThat(aws.running).isEqualTo(tasks);
    assertThat(aws.hosts).isEqualTo(tasks);
  }

  @Test
  void aRunThatEndsBetweenTheTwoCallsIsCompletedByTheNext() {
    settledWith(2);
    aws.die(BACK_OFF);
    aws.settle(now);
    aws.changes.clear();
    aws.whenCalled =
        operation -> {
          if (operation.equals("updateService") && aws.changes.contains("tasks=1")) {
            throw new CutOff();
          }
        };
    assertThat(endsEarly()).isTrue();
    assertThat(aws.changes).containsExactly("tasks=1");

    aws.whenCalled = _ -> {};
    handler(false).handle(TICK);
    assertThat(aws.changes).containsExactly("tasks=1", "tasks=2");
    minuteGoesBy();
    assertThat(aws.running).isEqualTo(2);
  }

  private void settledWith(int tasks) {
    needed = tasks;
    aws.tasks = tasks;
    aws.hosts = tasks;
    aws.settle();
    for (int minutes = 80; minutes > 0; minutes--) {
      publish(tasks, now.minus(Duration.ofMinutes(minutes)));
    }
  }

  private void minuteGoesBy() {
    publish(needed, now);
    now = now.plus(Duration.ofMinutes(1));
    aws.settle(now.minusSeconds(5));
  }

  private void publish(int tasks, Instant at) {
    Instant minute = Instant.ofEpochSecond(at.getEpochSecond() / 60 * 60);
    aws.metric("RequestCount", minute, tasks * RATE_PER_TASK * 60);
    aws.metric("TargetResponseTime", minute, 0.12);
  }

  private boolean decides(Reason.Code code) {
    return handler(/* dryRun= */ true).handle(TICK).stream()
        .filter(Decision.Decided.class::isInstance)
        .map(Decision.Decided.class::cast)
        .flatMap(decided -> decided.plan().reasons().stream())
        .anyMatch(reason -> reason.code() == code);
  }

  /** The process ends: whatever the run would have called next, it does not. */
  private void cutOff(int calls) {
    AtomicInteger left = new AtomicInteger(calls);
    aws.whenCalled =
        _ -> {
          if (left.getAndDecrement() <= 0) {
            throw new CutOff();
          }
        };
    endsEarly();
    aws.whenCalled = _ -> {};
  }

  private boolean endsEarly() {
    try {
      handler(false).handle(TICK);
      return false;
    } catch (CutOff _) {
      return true;
    }
  }

  private ScalerHandler handler(boolean dryRun) {
    return new ScalerHandler(
        new Estate(
            List.of(
                Policies.with(
                    "FORECAST",
                    "false",
                    "TASK_RELEASE",
                    "on-registration",
                    "DRY_RUN",
                    String.valueOf(dryRun)))),
        aws.ecs,
        aws.autoScaling,
        aws.cloudWatch,
        InstantSource.fixed(now),
        _ -> {});
  }

  private static final class CutOff extends Error {
    private static final long serialVersionUID = 1L;
  }
}
