package dev.lockstep.drills.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.drills.report.Portrait;
import dev.lockstep.drills.time.Delay;
import dev.lockstep.drills.traffic.Demand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every policy before the same two hours. */
final class TournamentTest {
  private static final Experiment EXPERIMENT =
      new Experiment(
          new Workload("surge", new Demand.Surge(20, 60, 1800, 7200)),
          new Delay.LogNormal(Duration.ofMinutes(4), 1.3),
          /* finePublished= */ true,
          1.0);

  @Test
  void everyPolicyOfTheIssueIsThereWithSixSettingsOrMore() {
    List<Contender> all = Contenders.all(EXPERIMENT);

    assertThat(all)
        .extracting(Contender::id)
        .containsExactly(
            "lockstep",
            "lockstep-reactive",
            "lockstep-warm-pool",
            "native-target-tracking",
            "native-target-tracking-80",
            "native-warm-pool",
            "native-cpu-20s",
            "native-step",
            "native-predictive",
            "rule-hpa-cluster",
            "rule-hpa-joint",
            "rule-kpa-cluster",
            "rule-kpa-joint",
            "naive-lambda",
            "bound-static-minimum",
            "bound-static-peak",
            "bound-reactive",
            "bound-clairvoyant");
    assertThat(all).allMatch(one -> one.settings().size() >= 6);
  }

  @Test
  void noRangeEndsBeforeLocksteps() throws InterruptedException {
    Experiment steady =
        new Experiment(
            new Workload("steady", new Demand.Surge(40, 40, 0, 7200)),
            new Delay.Fixed(Duration.ofMinutes(2)),
            /* finePublished= */ true,
            1.0);
    List<Contender> ends =
        Contenders.all(steady).stream()
            .filter(one -> !one.id().startsWith("bound-"))
            .map(TournamentTest::leanestAndMostGenerous)
            .toList();
    Map<String, List<Standing>> byPolicy =
        new Tournament(steady, 1, () -> {})
            .atAllSettings(ends).stream().collect(Collectors.groupingBy(Standing::policy));

    // So that what a policy costs at 1 % is its merit and not the end of its range. Whole tasks let
    // nobody be much leaner here; what rounding is worth is a tenth.
    double leanest =
        byPolicy.getOrDefault("lockstep", List.of()).getFirst().violationPercent().median();
    assertThat(byPolicy.values())
        .allSatisfy(standings -> {
          assertThat(standings.getFirst().violationPercent().median())
              .as("%s, leanest", standings.getFirst().policy())
              .isGreaterThan(0.9 * leanest);
          assertThat(standings.getLast().violationPercent().median())
              .as("%s, most generous", standings.getFirst().policy())
              .isLessThan(0.1);
        });
  }

  /** The ends of the first knob's sweep; a second target capacity comes behind it. */
  private static Contender leanestAndMostGenerous(Contender one) {
    List<Contender.Setting> settings = one.settings();
    int last = one.id().startsWith("lockstep") ? settings.size() - 1 : 10;
    return new Contender(
        one.id(), one.about(), List.of(settings.getFirst(), settings.get(last)), /* usual= */ 0);
  }

  @Test
  void everyPolicyPlaysTheSameRequestsAndNoneOfThemIsLost() throws InterruptedException {
    AtomicInteger trials = new AtomicInteger();
    List<Standing> standings =
        new Tournament(EXPERIMENT, 2, trials::incrementAndGet)
            .atUsualSettings(Contenders.all(EXPERIMENT));

    assertThat(trials).hasValue(2 * standings.size());
    long sent = standings.getFirst().results().getFirst().sent();
    assertThat(standings)
        .allSatisfy(standing -> {
          TrialResult first = standing.results().getFirst();
          assertThat(first.sent()).isEqualTo(sent);
          assertThat(first.served() + first.refused() + first.failed())
              .isBetween(sent - 2000, sent);
        });
  }

  @Test
  void theSameTournamentEndsTheSameWhateverCorePlaysWhat() throws InterruptedException {
    List<Contender> some = Contenders.all(EXPERIMENT).subList(0, 6);

    assertThat(new Tournament(EXPERIMENT, 2, () -> {}).atUsualSettings(some))
        .isEqualTo(new Tournament(EXPERIMENT, 2, () -> {}).atUsualSettings(some));
  }

  @Test
  void nobodyIsCheaperThanTheClairvoyantAtItsOwnServiceAndItHardlyEverMisses()
      throws InterruptedException {
    List<Standing> standings =
        new Tournament(EXPERIMENT, 1, () -> {})
            .atUsualSettings(
                Contenders.all(EXPERIMENT).stream()
                    .filter(one -> one.id().equals("bound-clairvoyant"))
                    .toList());

    assertThat(standings.getFirst().vsOptimum().median()).isCloseTo(1, within(1e-9));
    assertThat(standings.getFirst().violationPercent().median()).isLessThan(1);
  }

  @Test
  void theJsonHasTheNamesThatOthersRelyOn() throws InterruptedException {
    List<Standing> standings =
        new Tournament(EXPERIMENT, 1, () -> {})
            .atUsualSettings(Contenders.all(EXPERIMENT).subList(0, 2));
    Map<String, Object> document = ResultsJson.document(new Results(EXPERIMENT, 1, standings));

    assertThat(document)
        .containsEntry("trace", "surge")
        .containsEntry("leadSeconds", 240L)
        .containsEntry("seeds", List.of(1L))
        .containsKeys("meanRps", "results");
    assertThat((Map<?, ?>) ((List<?>) document.getOrDefault("results", List.of())).getFirst())
        .extracting(Map::keySet)
        .asString()
        .contains(
            "policy",
            "knob",
            "violationPercent",
            "pendingTaskSeconds",
            "provisioningTaskSeconds",
            "unplaceableTaskSeconds",
            "prolongedPendingTaskSeconds",
            "hostHours",
            "hostHoursVsOptimum",
            "scalingActions",
            "recoverySeconds",
            "p95Ms");
  }

  @Test
  void aPortraitHasAMinuteAtATimeAndTheDecisionsWithTheirReasons() {
    Portrait portrait =
        Portrait.of(EXPERIMENT, Contenders.all(EXPERIMENT).subList(0, 1)).getFirst();

    assertThat(portrait.recording().samples()).hasSize(120);
    assertThat(portrait.recording().decisions())
        .anyMatch(decision -> decision.line().contains("requests/s a task need"));
  }
}
