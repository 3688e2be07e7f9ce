package dev.lockstep.drills.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.drills.ecs.Revision;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Under every fault that a scenario knows, at the rise, on the peak and at the ebb of demand: no
 * runaway, nothing taken away that demand needs, and a recovery.
 */
final class BrainUnderFaultsTest {
  private static final SurgeAndEbb DEMAND = new SurgeAndEbb();

  /** Each fault goes on for so long; what nobody ends is given as long to be got over. */
  private static final Duration FAULT = Duration.ofMinutes(10);

  /** From the end of a fault: a host that is ordered then serves after one lead. */
  private static final Duration RECOVERY = FaultedRun.LEAD.multipliedBy(2);

  /**
   * What was needed is kept for 15 minutes and given back in steps, but not while a fault is on.
   */
  private static final Duration HELD = Duration.ofMinutes(30).plus(FAULT);

  /** Requests come at random: ten seconds of the peak's 40 a second can look like six tasks'. */
  private static final int BURST = 1;

  /** Not the fleet's but the function's and the listener's: their runbooks' drills play them. */
  private static final Set<String> OF_THE_RUNBOOKS =
      Set.of("certificate-expires", "function-breaks", "function-throttled");

  /** With nothing but the minimum; where the rise or the ebb is a minute into the fault. */
  enum Moment {
    QUIET(SurgeAndEbb.RISE.minusMinutes(12)),
    RISE(SurgeAndEbb.RISE.minusMinutes(1)),
    PEAK(SurgeAndEbb.RISE.plusMinutes(30)),
    EBB(SurgeAndEbb.EBB.minusMinutes(1));

    private final Duration at;

    Moment(Duration at) {
      this.at = at;
    }
  }

  /**
   * A fault, and what it makes impossible by its nature.
   *
   * @param kind as a scenario file names it
   * @param fields the rest of its entry
   * @param moreTasks tasks that may be asked for because each does less than it should
   * @param moreHosts hosts that may be asked for beyond one a task
   * @param unserved when it begins at one of these, demand cannot be served any more
   * @param kept why nothing is given back after the ebb; empty when it is
   */
  record Case(
      String kind,
      String fields,
      String deployment,
      int moreTasks,
      int moreHosts,
      Set<Moment> unserved,
      Optional<String> kept) {

    static Case of(String kind, String fields) {
      return new Case(kind, fields, "rolling", 0, 0, Set.of(), Optional.empty());
    }

    /** Both revisions need their hosts: twice what the tasks need. */
    static Case deploys(Revision.Quality quality) {
      return of("deploys", "quality: " + label(quality)).withMoreHosts(6);
    }

    Case withMoreHosts(int hosts) {
      return new Case(kind, fields, deployment, moreTasks, hosts, unserved, kept);
    }

    /** Each task is slower, or some serve nobody: others are asked for, with their hosts. */
    Case withMoreTasks(int tasks) {
      return new Case(kind, fields, deployment, tasks, moreHosts, unserved, kept);
    }

    Case blueGreen() {
      return new Case(kind, fields, "blue-green", moreTasks, moreHosts, unserved, kept);
    }

    Case cannotBeServed(Moment... moments) {
      return new Case(
          kind, fields, deployment, moreTasks, moreHosts, Set.copyOf(List.of(moments)), kept);
    }

    Case keeps(String why) {
      return new Case(kind, fields, deployment, moreTasks, moreHosts, unserved, Optional.of(why));
    }

    FaultedRun play(Moment moment) {
      return new FaultedRun(deployment, entry(moment.at));
    }

    /** Begins in the middle of another one. */
    FaultedRun playAmid(Case other, Moment moment) {
      return new FaultedRun(
          deployment, other.entry(moment.at), entry(moment.at.plus(FAULT.dividedBy(2))));
    }

    private String entry(Duration at) {
      return "{at: %d, until: %d, fault: %s%s}"
          .formatted(
              at.toSeconds(),
              at.plus(FAULT).toSeconds(),
              kind,
              fields.isEmpty() ? "" : ", " + fields);
    }

    @Override
    public String toString() {
      return "%s %s %s".formatted(kind, fields, deployment);
    }
  }

  static List<Case> cases() {
    return List.of(
        Case.of("no-capacity", ""),
        Case.of("no-capacity", "zone: eu-west-1a"),
        Case.of("api-errors", "throttled: 0.2, broken: 0.1, contended: 0.2"),
        Case.of("metrics-lost", "namespace: Lockstep"),
        Case.of("metrics-lost", "namespace: AWS/ApplicationELB"),
        Case.of("metrics-late", "by: 90"),
        Case.of("triggers", "lost: 0.5, doubled: 0.3, late: 0.3, latest: 120"),
        Case.of("slow-boots", "factor: 3"),
        Case.of("hosts-die", "count: 2"),
        Case.of("zone-lost", "zone: eu-west-1a"),
        Case.of("tasks-die", "count: 2"),
        Case.of("task-hangs", ""),
        // Hosts that came without GPUs stay until demand sinks, each made up for once.
        Case.of("gpus-not-reported", "").withMoreHosts(5),
        Case.deploys(Revision.Quality.GOOD),
        Case.deploys(Revision.Quality.GOOD).blueGreen(),
        Case.deploys(Revision.Quality.NEVER_RUNS),
        Case.deploys(Revision.Quality.NEVER_HEALTHY),
        // What demand adds is of the revision that never runs; the old one serves on.
        Case.deploys(Revision.Quality.STAYS_PENDING)
            .cannotBeServed(Moment.QUIET, Moment.RISE)
            .keeps("the deployment stays under way"),
        Case.deploys(Revision.Quality.ANSWERS_WITH_ERRORS)
            .cannotBeServed(Moment.values())
            .keeps("no request is served whose latency could be known"),
        // The host stays in service with a dead GPU, and what it was sent fails until it is
        // replaced.
        Case.of("gpus-fail", "count: 1")
            .withMoreTasks(5)
            .cannotBeServed(Moment.values())
            .keeps("a broken host counts as one that serves"),
        Case.of("heavier-requests", "factor: 1.2").withMoreTasks(5),
        Case.of("hosts-age", "days: 31"),
        Case.of("second-controller", "tasks: 3, hosts: 3"));
  }

  private static Stream<Arguments> everyFaultAtEveryMoment() {
    return cases().stream()
        .flatMap(one -> Arrays.stream(Moment.values()).map(moment -> Arguments.of(one, moment)));
  }

  @Test
  void everyKindThatAScenarioFileKnowsHasACase() {
    assertThat(Stream.concat(cases().stream().map(Case::kind), OF_THE_RUNBOOKS.stream()))
        .containsAll(kinds());
    assertThat(kinds()).hasSize(Fault.class.getPermittedSubclasses().length);
    assertThat(cases())
        .extracting(Case::fields)
        .containsAll(
            Arrays.stream(Revision.Quality.values())
                .map(quality -> "quality: " + label(quality))
                .toList());
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0} at the {1}")
  @MethodSource("everyFaultAtEveryMoment")
  void theBrainStaysWithinReasonTakesNothingNeededAndRecovers(Case one, Moment moment) {
    FaultedRun run = one.play(moment);

    assertThat(run.story()).anyMatch(line -> line.contains(" fault  "));
    requireNoRunaway(one, run);
    requireNothingNeededWasTaken(run);
    assertThat(run.waiting().brains()).as("prolonged waiting").isZero();
    if (!one.unserved().contains(moment)) {
      requireRecovery(run, moment.at.plus(FAULT).plus(RECOVERY));
    }
    if (one.kept().isEmpty()) {
      requireReturn(run);
    }
  }

  private static void requireNoRunaway(Case one, FaultedRun run) {
    assertThat(run.periods())
        .allSatisfy(period -> {
          Duration since =
              one.kept().isPresent() ? Duration.ZERO : nonNegative(period.end().minus(HELD));
          int enough = DEMAND.needed(since, period.end()) + BURST;
          assertThat(period.tasksAsked()).isBetween(FaultedRun.FEWEST, enough + one.moreTasks());
          assertThat(period.hostsAsked())
              .isBetween(FaultedRun.FEWEST, enough + one.moreTasks() + one.moreHosts());
          assertThat(period.hostsAsked()).isLessThan(FaultedRun.MOST);
        });
  }

  private static void requireNothingNeededWasTaken(FaultedRun run) {
    assertThat(run.taken())
        .allSatisfy(taken -> {
          assertThat(taken.left()).isGreaterThanOrEqualTo(DEMAND.needed(taken.at()));
          assertThat(taken.tasksOnIt()).isZero();
        });
  }

  private static void requireRecovery(FaultedRun run, Duration by) {
    assertThat(run.periods())
        .filteredOn(period -> period.end().compareTo(by) > 0)
        .isNotEmpty()
        .allSatisfy(period -> {
          assertThat(period.tasksServing()).isGreaterThanOrEqualTo(DEMAND.needed(period.end()));
          assertThat(period.violationPercent()).as("p95 over its budget").isLessThanOrEqualTo(5);
        });
  }

  /** What the peak needed is given back after it, and what is left serves. */
  private static void requireReturn(FaultedRun run) {
    assertThat(run.taken()).isNotEmpty();
    FaultedRun.Period last = run.periods().getLast();
    assertThat(last.tasksAsked()).isBetween(FaultedRun.FEWEST, FaultedRun.FEWEST + BURST);
    assertThat(last.hostsAsked()).isEqualTo(last.tasksAsked());
    assertThat(last.tasksServing()).isEqualTo(last.tasksAsked());
  }

  private static Duration nonNegative(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  /** As the refusal of any other kind lists them. */
  private static List<String> kinds() {
    Throwable refusal =
        catchThrowable(() -> new FaultedRun("rolling", "{at: 1, fault: no-such-kind}"));
    String message = String.valueOf(refusal.getMessage());
    String known = message.substring(message.indexOf("one of ") + "one of ".length());
    return List.of(known.split(", | or "));
  }

  private static String label(Revision.Quality quality) {
    return quality.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
