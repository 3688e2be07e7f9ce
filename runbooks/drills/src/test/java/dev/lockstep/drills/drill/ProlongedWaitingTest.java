package dev.lockstep.drills.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.control.Brain;
import dev.lockstep.drills.drill.BrainUnderFaultsTest.Case;
import dev.lockstep.drills.drill.BrainUnderFaultsTest.Moment;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.scaler.policy.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No task waits although capacity is granted, in any scenario there is and in any that will be: not
 * in one file, not in one fault at one moment ({@link BrainUnderFaultsTest} plays each alone), and
 * not when a fault meets another that takes tasks their place. {@link WhoseWait} says which waits
 * are not the brain's; what they come to is stated here too.
 */
@Timeout(60)
final class ProlongedWaitingTest {
  private static final Path FILES = Path.of("..", "scenarios");

  /** Those after which tasks are missing that run before. */
  private static final List<Case> TAKE_PLACES =
      List.of(
          Case.of("hosts-die", "count: 2"),
          Case.of("zone-lost", "zone: eu-west-1b"),
          Case.of("tasks-die", "count: 2"),
          Case.deploys(Revision.Quality.NEVER_RUNS));

  /** The brain as it is, watched. */
  private static final class Watched implements Brain.Maker {
    private final WhoseWait waiting = new WhoseWait();
    private boolean watching;

    @Override
    public Brain make(Account account, Policy policy, Consumer<String> log) {
      if (!watching) {
        watching = true;
        waiting.watch(account);
      }
      Brain brain = Brain.lockstep(account, policy, log);
      return payload -> {
        var decisions = brain.decide(payload);
        waiting.decided(account.timeline().instant(), decisions);
        return decisions;
      };
    }
  }

  private static Stream<Arguments> everyScenario() {
    return Stream.concat(
            Scenarios.all().stream()
                .map(scenario -> new Incident(scenario, Optional.empty(), List.of(), List.of())),
            files().map(IncidentFile::read))
        .map(incident -> Arguments.of(incident.scenario().name(), incident));
  }

  private static Stream<Path> files() {
    try (Stream<Path> files = Files.list(FILES)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Stream<Arguments> everyFaultAmidOneThatTakesPlaces() {
    return TAKE_PLACES.stream()
        .flatMap(taking ->
            BrainUnderFaultsTest.cases().stream()
                .flatMap(other ->
                    Stream.of(Moment.RISE, Moment.PEAK)
                        .map(moment -> Arguments.of(taking, other, moment))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyScenario")
  void inNoScenarioDoesATaskWaitThatTheBrainCouldHaveSpared(String name, Incident incident) {
    assertThat(play(incident).brains()).isZero();
  }

  @ParameterizedTest(name = "{0} amid {1} at the {2}")
  @MethodSource("everyFaultAmidOneThatTakesPlaces")
  void norWhenAFaultMeetsAnother(Case taking, Case other, Moment moment) {
    assertThat(taking.playAmid(other, moment).waiting().brains()).isZero();
  }

  /**
   * Both counts raised at once by somebody else, so that ECS backs off; tasks raised by hand under
   * a hold, and nobody orders a host for 18 minutes; both raised by hand because the function is
   * broken; and the second that an event takes when an operator drains a host.
   */
  @ParameterizedTest
  @CsvSource({"two-controllers, 9", "tasks-pending, 3240", "scaling-stuck, 57", "gpu-failure, 1"})
  void whatIsAskedForWhileTheBrainStandsDownIsSomebodyElses(String name, long taskSeconds) {
    WhoseWait waiting = play(IncidentFile.read(FILES.resolve(name + ".yaml")));

    assertThat(waiting.others()).isEqualTo(taskSeconds);
    assertThat(waiting.brains()).isZero();
  }

  private static WhoseWait play(Incident incident) {
    Watched watched = new Watched();
    IncidentPlay.play(incident, watched, (_, change) -> watched.waiting.happened(change));
    return watched.waiting;
  }
}
