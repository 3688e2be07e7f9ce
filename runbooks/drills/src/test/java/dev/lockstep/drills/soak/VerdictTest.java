package dev.lockstep.drills.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.live.Answers;
import dev.lockstep.drills.soak.Verdict.Facts;
import dev.lockstep.drills.soak.Verdict.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A soak that went well, and everything that spoils it. */
final class VerdictTest {
  private static final Answers.Counts ANSWERS = new Answers.Counts(100, 90, 5, 2, 3, 0, "");

  private static final LeakCheck.Finding NO_LEAK = new LeakCheck.Finding("threads", 20, 22, 4);

  @Test
  void whatEndsWithKilledTasksIsNotHeldAgainstAnybody() {
    assertThat(broken(facts(ANSWERS, 0, 4, 7, 2))).isEmpty();
  }

  @Test
  void oneRequestThatATaskAcceptedAndLostSpoilsIt() {
    Answers.Counts lost = new Answers.Counts(100, 90, 5, 2, 2, 1, "1 x 502 closed");

    assertThat(broken(facts(lost, 0, 4, 7, 2)))
        .containsExactly(
            "90 served, 5 refused, 2 came while no task was healthy, 1 lost: 1 x 502 closed");
  }

  @Test
  void aRequestWithoutAnEndSpoilsIt() {
    Answers.Counts hanging = new Answers.Counts(101, 90, 5, 2, 3, 0, "");

    assertThat(broken(facts(hanging, 0, 4, 7, 2)))
        .containsExactly("101 requests sent, 1 without an end");
  }

  @Test
  void requestsThatEndWithAKilledTaskSpoilItWhenNoneWasKilled() {
    assertThat(broken(facts(ANSWERS, 0, 4, 7, 0)))
        .containsExactly("3 ended with the 0 hosts and tasks that were killed");
  }

  @Test
  void usersWhoSendLessThanTheDemandBringsSpoilIt() {
    Answers.Counts few = new Answers.Counts(94, 84, 5, 2, 3, 0, "");

    assertThat(broken(facts(few, 0, 4, 7, 2)))
        .containsExactly("94 of about 105 requests that the demand brings were sent");
  }

  @Test
  void aProblemOfTheStackAFleetInPiecesAndAMishapThatDidNotHappenSpoilIt() {
    assertThat(broken(facts(ANSWERS, 1, 3, 6, 2)))
        .containsExactly(
            "1 problems of the stack", "3 of 4 tasks serve at the end", "6 of 7 mishaps happened");
  }

  @Test
  void aLeakSpoilsIt() {
    Verdict verdict =
        Verdict.of(
            facts(ANSWERS, 0, 4, 7, 2),
            List.of(NO_LEAK, new LeakCheck.Finding("open files", 60, 65, 4)));

    assertThat(verdict.passed()).isFalse();
    assertThat(verdict.rules().getLast().line())
        .isEqualTo("FAIL  open files: 60 before, 65 after, at most 4 more");
  }

  private static Facts facts(
      Answers.Counts answers, int problems, int serving, int happened, long kills) {
    return new Facts(answers, /* due= */ 105, problems, serving, 4, 7, happened, kills);
  }

  private static List<String> broken(Facts facts) {
    Verdict verdict = Verdict.of(facts, List.of(NO_LEAK));
    List<String> broken =
        verdict.rules().stream().filter(rule -> !rule.holds()).map(Rule::text).toList();
    assertThat(verdict.passed()).isEqualTo(broken.isEmpty());
    return broken;
  }
}
