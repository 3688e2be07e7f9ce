package dev.lockstep.drills.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How a user tells the ends of a request apart. */
final class AnswersTest {
  private final Answers answers = new Answers();

  @Test
  void theLoadBalancersOwnAnswersAreNoLosses() {
    send(5);
    answers.answered(200, "{}");
    answers.answered(429, "later");
    answers.answered(503, Answers.NO_TASK);
    answers.answered(504, Answers.TARGET_GONE);

    assertThat(answers.counts()).isEqualTo(new Answers.Counts(5, 1, 1, 1, 1, 0, ""));
    assertThat(answers.counts().underWay()).isEqualTo(1);
  }

  @Test
  void whatElseComesOrDoesNotComeIsALoss() {
    send(4);
    answers.answered(503, "draining");
    answers.answered(502, "closed\n");
    answers.answered(502, "closed\n");
    answers.lost("timed out");

    assertThat(answers.counts())
        .isEqualTo(
            new Answers.Counts(
                4, 0, 0, 0, 0, 4, "1 x 503 draining; 1 x timed out; 2 x 502 closed"));
  }

  private void send(int count) {
    for (int i = 0; i < count; i++) {
      answers.sent();
    }
  }
}
