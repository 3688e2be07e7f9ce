package dev.lockstep.drills.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.control.Brain;
import dev.lockstep.drills.drill.BrainUnderFaultsTest.Case;
import dev.lockstep.drills.drill.BrainUnderFaultsTest.Moment;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.scaler.policy.Policy;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No task waits although capacity is granted, whatever is going on: not in one fault at one moment
 * ({@link BrainUnderFaultsTest} plays each alone), and not when a fault meets another that takes
 * tasks their place. {@link WhoseWait} says which waits are not the brain's. In what is played as
 * it is, the scenarios and the files of the pages, none are anybody's ({@code
 * NothingProlongedTest}).
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

  private static Stream<Arguments> everyFaultAmidOneThatTakesPlaces() {
    return TAKE_PLACES.stream()
        .flatMap(taking ->
            BrainUnderFaultsTest.cases().stream()
                .flatMap(other ->
                    Stream.of(Moment.RISE, Moment.PEAK)
                        .map(moment -> Arguments.of(taking, other, moment))));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0} amid {1} at the {2}")
  @MethodSource("everyFaultAmidOneThatTakesPlaces")
  void norWhenAFaultMeetsAnother(Case taking, Case other, Moment moment) {
    assertThat(taking.playAmid(other, moment).waiting().brains()).isZero();
  }

  /** Five tasks by hand on two hosts, from minute 6 until the hold is released in minute 24. */
  @Test
  void whatIsAskedForByHandUnderAHoldIsSomebodyElses() {
    WhoseWait waiting = play(IncidentFile.read(FILES.resolve("tasks-pending.yaml")));

    assertThat(waiting.others()).isEqualTo(3 * 18 * 60);
    assertThat(waiting.brains()).isZero();
  }

  /**
   * ECS looks at 20:30 and 23:00, the hosts register at 20:35, and the hold is over at 22:40: in
   * the second of its release they are looked at.
   */
  @Test
  void hostsThatCameUnderAHoldGetTheirTasksWithItsRelease() {
    WhoseWait waiting =
        play(
            IncidentFile.parse(
                """
                name: held-hosts
                about: tasks by hand under a hold, hosts by hand much later, and the release
                demand: {rates: {0: 12, 5:00: 40}, seconds: 1500}
                somebody:
                  - at: 2:00
                    run: aws lambda invoke --payload '{"action":"hold","ttlMinutes":180,"reason":"x"}'
                  - at: 3:00
                    run: aws ecs update-service --cluster "$CLUSTER" --service "$SERVICE" --desired-count 5
                  - at: 18:30
                    run: aws autoscaling set-desired-capacity --auto-scaling-group-name "$ASG" --desired-capacity 5
                  - at: 22:40
                    run: aws lambda invoke --payload '{"action":"release","reason":"x"}'
                """));

    assertThat(waiting.others()).isPositive();
    assertThat(waiting.brains()).isZero();
  }

  private static WhoseWait play(Incident incident) {
    Watched watched = new Watched();
    IncidentPlay.play(incident, watched, (_, change) -> watched.waiting.happened(change));
    return watched.waiting;
  }
}
