package dev.lockstep.drills.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.claim.Verdict;
import dev.lockstep.drills.control.Brain;
import dev.lockstep.drills.drill.Incident;
import dev.lockstep.drills.drill.IncidentPlay;
import dev.lockstep.drills.drill.Scheduled;
import dev.lockstep.drills.drill.Step;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A claim that cannot fail claims nothing. Each page's drill holds as it is; each of its claims
 * breaks when the operator, one of their commands, the brain, what goes wrong, or the brain's good
 * manners are taken away; and each command that changes something is needed for one of them.
 */
final class ClaimsCanFailTest {
  private static final int FAR_TOO_MANY = 40;

  static List<Named<Incident>> incidents() {
    return Drills.ofPages().stream()
        .map(incident -> Named.of(incident.scenario().name(), incident))
        .toList();
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @MethodSource("incidents")
  void thePagesClaimsHold(Incident incident) {
    assertThat(broken(incident, Brain::lockstep)).isEmpty();
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @MethodSource("incidents")
  void eachClaimBreaksWhenSomethingIsTakenAway(Incident incident) {
    Map<String, Set<String>> brokenBy = new LinkedHashMap<>();
    brokenBy.put("no operator", broken(withoutOperator(incident), Brain::lockstep));
    for (Step step : acting(incident)) {
      brokenBy.put("not at " + step.at(), broken(without(incident, step), Brain::lockstep));
    }
    brokenBy.put("no brain", broken(incident, (_, _, _) -> _ -> List.of()));
    brokenBy.put("nothing goes wrong", broken(healthy(incident), Brain::lockstep));
    brokenBy.put("faults last", broken(lasting(incident), Brain::lockstep));
    brokenBy.put("a reckless brain", broken(incident, (account, _, _) -> reckless(account)));
    brokenBy.put("a greedy brain", broken(incident, (account, _, _) -> greedy(account)));

    Set<String> claims =
        incident.claims().stream().map(claim -> claim.text()).collect(Collectors.toSet());
    Set<String> everBroken =
        brokenBy.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    assertThat(everBroken).as("broken by what: %s", brokenBy).containsAll(claims);
    for (Step step : acting(incident)) {
      assertThat(brokenBy.get("not at " + step.at()))
          .as("without '%s' something a page claims must break", step.command())
          .isNotEmpty();
    }
  }

  private static Set<String> broken(Incident incident, Brain.Maker brain) {
    return IncidentPlay.play(incident, brain, (_, _) -> {}).broken().stream()
        .map(Verdict::claim)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static List<Step> acting(Incident incident) {
    return incident.steps().stream()
        .filter(step -> step.who() == Step.Who.OPERATOR)
        .filter(step ->
            !step.command().contains("\"observe\"") && !step.command().contains("\"dryRun\":true"))
        .toList();
  }

  private static Incident without(Incident incident, Step left) {
    return incident.withSteps(
        incident.steps().stream().filter(step -> !step.equals(left)).toList());
  }

  private static Incident withoutOperator(Incident incident) {
    return incident.withSteps(
        incident.steps().stream().filter(step -> step.who() != Step.Who.OPERATOR).toList());
  }

  private static Incident healthy(Incident incident) {
    return incident
        .withSteps(
            incident.steps().stream().filter(step -> step.who() == Step.Who.OPERATOR).toList())
        .withScenario(incident.scenario().withFaults(List.of()));
  }

  private static Incident lasting(Incident incident) {
    return incident.withScenario(
        incident
            .scenario()
            .withFaults(
                incident.scenario().faults().stream()
                    .map(one -> new Scheduled(one.fault(), one.at(), Optional.empty()))
                    .toList()));
  }

  /** Ends a host in service at each call, whatever runs on it, and one task too. */
  private static Brain reckless(Account account) {
    return _ -> {
      account.group().hosts().stream()
          .filter(host -> host.state() == Host.State.IN_SERVICE)
          .reduce((_, newest) -> newest)
          .ifPresent(host -> account.group().terminate(host.id(), /* decrement= */ false));
      account.service().setDesired(Math.max(1, account.service().desired() - 1));
      return List.of();
    };
  }

  /** Asks for far too many of both, and knows no bound. */
  private static Brain greedy(Account account) {
    return _ -> {
      account.group().setBounds(0, FAR_TOO_MANY);
      account.group().setDesired(FAR_TOO_MANY);
      account.service().setDesired(FAR_TOO_MANY);
      return List.of();
    };
  }
}
