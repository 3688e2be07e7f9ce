package dev.lockstep.drills.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.account.Payloads;
import dev.lockstep.drills.control.Controllers;
import dev.lockstep.drills.control.LockstepWiring;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.report.Decision;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is remembered of what happened and was decided, here by the real handler. */
final class ChronicleTest {
  private final Lab lab = new Lab().settled();
  private final Chronicle chronicle = new Chronicle(Lab.START);
  private final Function<byte[], List<Decision>> brain =
      Controllers.brain(
          lab.account(), Policy.fromEnvironment(LockstepWiring.environment(Duration.ofMinutes(4))));

  @Test
  void anOperatorsRequestIsShownWithItsReasonsAndATickThatFoundNothingIsOnlyALook() {
    ask(
        """
        {"action":"hold","ttlMinutes":5,"reason":"tea"}\
        """);
    lab.runTo(130);
    brain.apply(Payloads.tick(lab.account().timeline().instant())).forEach(chronicle::decided);

    assertThat(chronicle.decisions())
        .singleElement()
        .satisfies(shown -> {
          assertThat(shown.number()).isEqualTo(1);
          assertThat(shown.second()).isEqualTo(100);
          assertThat(shown.trigger()).contains("hold").contains("tea");
          assertThat(shown.done()).isNotEmpty();
          assertThat(shown.reasons()).isNotEmpty();
          assertThat(shown.failed()).isFalse();
        });
    assertThat(chronicle.newest().orElseThrow().trigger()).isEqualTo("tick");
    assertThat(chronicle.newest().orElseThrow().second()).isEqualTo(130);
  }

  @Test
  void whatIsNotUnderstoodIsShownAsAFailure() {
    ask("{}");

    assertThat(chronicle.decisions())
        .singleElement()
        .satisfies(shown -> assertThat(shown.failed()).isTrue());
    assertThat(chronicle.wanted()).isEmpty();
  }

  @Test
  void eventsAreNumberedNewestFirstAndTheOldestAreForgotten() {
    IntStream.rangeClosed(1, 100)
        .forEach(
            i -> chronicle.happened(new Change.TasksAsked(i, i + 1), Lab.START.plusSeconds(i)));

    assertThat(chronicle.events()).hasSize(60);
    assertThat(chronicle.events().getFirst())
        .isEqualTo(
            new Snapshot.Event(100, 100, Snapshot.EventKind.FLEET, "tasks asked 100 -> 101"));
    assertThat(chronicle.events().getLast().number()).isEqualTo(41);
  }

  @Test
  void whatIsShownElsewhereIsNoEvent() {
    chronicle.happened(new Change.Told("decision", "tick: nothing to do"), Lab.START);
    chronicle.happened(new Change.Told("now", "hosts 2/2"), Lab.START);
    chronicle.happened(new Change.Told(Chronicle.OPERATOR, "host i-1 died"), Lab.START);

    assertThat(chronicle.events())
        .extracting(Snapshot.Event::kind, Snapshot.Event::text)
        .containsExactly(tuple(Snapshot.EventKind.OPERATOR, "host i-1 died"));
  }

  private void ask(String payload) {
    brain.apply(payload.getBytes(StandardCharsets.UTF_8)).forEach(chronicle::decided);
  }
}
