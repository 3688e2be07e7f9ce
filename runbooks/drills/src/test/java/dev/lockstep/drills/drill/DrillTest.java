package dev.lockstep.drills.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.control.Controller;
import dev.lockstep.drills.control.Controllers;
import dev.lockstep.drills.control.LockstepWiring;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.drills.traffic.Totals;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Whole drills with the real handler. */
final class DrillTest {
  /** What the scheduler's back-off can add to the two boots of this surge. */
  private static final Duration BACK_OFF = Duration.ofMinutes(1);

  private final List<String> story = new ArrayList<>();

  @Test
  void aSpikeIsAnsweredByOneDecisionThatOrdersAllHostsAndTasksFollowThemAsTheyRegister() {
    play(Scenarios.TRAFFIC_SPIKE, Controllers::lockstep);

    int ordered = indexOf("hosts asked    2 -> 5");
    int ready = indexOf("host ready");
    int asked = indexOf("tasks asked    2 -> 5");
    assertThat(ordered).isLessThan(ready);
    assertThat(ready).isLessThan(asked);
    // The host's own event calls the function a second later.
    assertThat(second(asked) - second(ready)).isBetween(0, 2);
  }

  private int second(int line) {
    return Integer.parseInt(story.get(line).substring(0, 6).strip());
  }

  @Test
  void togetherMeansThatOneRunRaisesBothCounts() {
    play(
        Scenarios.TRAFFIC_SPIKE,
        (account, policy) -> Controllers.lockstep(account, together(policy)));

    int hosts = indexOf("hosts asked    2 -> 5");
    assertThat(story.get(hosts + 1)).endsWith("tasks asked    2 -> 5");
    assertThat(story.get(hosts).substring(0, 6)).isEqualTo(story.get(hosts + 1).substring(0, 6));
  }

  private static Policy together(Policy policy) {
    Map<String, String> environment = new HashMap<>(LockstepWiring.environment(policy.leadTime()));
    environment.put("LOCKSTEP_TASK_RELEASE", "together");
    return Policy.fromEnvironment(environment);
  }

  @Test
  void aSpikeEndsWithEveryTaskServingInsideItsBudget() {
    Summary summary = play(Scenarios.TRAFFIC_SPIKE, Controllers::lockstep);

    assertThat(summary.tasksServing()).isEqualTo(summary.tasksAsked()).isEqualTo(6);
    assertThat(summary.stillWaiting()).isZero();
    assertThat(summary.lastP95().orElseThrow()).isLessThan(250);
    assertThat(summary.totals().failed()).isZero();
  }

  @Test
  void noTaskWaitsLongerThanItsHostNeedsToBootAndTheImageToArrive() {
    Summary summary = play(Scenarios.TRAFFIC_SPIKE, Controllers::lockstep);

    Duration reaction = Duration.ofSeconds(5);
    Duration pull = Scenarios.TRAFFIC_SPIKE.account().service().imagePull().median();
    assertThat(summary.longestWait())
        .isLessThanOrEqualTo(
            Scenarios.TRAFFIC_SPIKE
                .account()
                .group()
                .boot()
                .median()
                .plus(pull)
                .plus(reaction)
                .plus(BACK_OFF));
    assertThat(summary.longestPending()).isEqualTo(pull);
  }

  @Test
  void twoTasksBehindLeastOutstandingRequestsHoldTheirDesignPoint() {
    Scenario steady = Scenarios.TRAFFIC_SPIKE.withDemand(new Demand.Surge(16, 16, 0, 3600));

    Summary summary = play(steady, (_, _) -> _ -> {});

    // 205 ms by an independent simulation of 16 requests/s on two tasks.
    assertThat(summary.totals().latencies().percentile(95).orElseThrow()).isBetween(198.0, 212.0);
  }

  @Test
  void tasksRaisedWithoutHostsWaitUntilTheEnd() {
    Summary naive = play(Scenarios.TASKS_ALONE, Controllers::naiveLambda);

    assertThat(naive.tasksServing()).isEqualTo(2);
    assertThat(naive.stillWaiting()).isEqualTo(3);
    assertThat(naive.longestWait()).isGreaterThan(Duration.ofMinutes(14));
    assertThat(naive.violationPercent()).isGreaterThan(50);
  }

  @Test
  void theSameSeedTellsTheSameStory() {
    play(Scenarios.TRAFFIC_SPIKE, Controllers::lockstep);
    List<String> first = List.copyOf(story);
    story.clear();
    play(Scenarios.TRAFFIC_SPIKE, Controllers::lockstep);

    assertThat(story).isEqualTo(first);
  }

  @Test
  void aLongerLeadMeansALongerRecovery() {
    Summary quick =
        play(Scenarios.TRAFFIC_SPIKE.withLead(Duration.ofSeconds(75)), Controllers::lockstep);
    Summary slow =
        play(Scenarios.TRAFFIC_SPIKE.withLead(Duration.ofMinutes(8)), Controllers::lockstep);

    assertThat(quick.recovery()).isLessThan(slow.recovery());
    assertThat(quick.violationPercent()).isLessThan(slow.violationPercent());
  }

  @Property(tries = 40)
  void everyRequestIsServedRefusedFailedOrUnderWay(
      @ForAll @IntRange(max = 60) int before,
      @ForAll @IntRange(max = 120) int after,
      @ForAll long seed) {
    Scenario random =
        Scenarios.TRAFFIC_SPIKE.withSeed(seed).withDemand(new Demand.Surge(before, after, 60, 300));

    Totals totals = Drill.play(random, Controllers::lockstep, (_, _) -> {}).totals();

    // Two tasks hold at most a full queue and a full batch each; eight tasks are the most there
    // are.
    assertThat(totals.underWay()).isBetween(0L, 8 * (64L + 8));
    assertThat(totals.sent())
        .isEqualTo(totals.served() + totals.refused() + totals.failed() + totals.underWay());
  }

  private Summary play(Scenario scenario, BiFunction<Account, Policy, Controller> controller) {
    return Drill.play(scenario, controller, this::tell);
  }

  private void tell(Duration since, Change change) {
    story.add("%6d %s".formatted(since.toSeconds(), change.line()));
  }

  private int indexOf(String part) {
    for (int i = 0; i < story.size(); i++) {
      if (story.get(i).contains(part)) {
        return i;
      }
    }
    throw new AssertionError("'%s' is not in%n%s".formatted(part, String.join("\n", story)));
  }
}
