package dev.lockstep.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.inference.batching.Deadline;
import dev.lockstep.inference.batching.Prediction;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a request may take. */
final class BudgetTest {
  private static final Duration DEFAULT = Duration.ofMillis(200);

  @Test
  void whoSaysNothingHasTheDefault() {
    assertThat(new Budget(Optional.empty(), DEFAULT).first()).isEqualTo(DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1500", "3600000"})
  void aCallerMaySayHowLongItWaits(String header) {
    assertThat(budget(header).first()).isEqualTo(Duration.ofMillis(Long.parseLong(header)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "3600001", "1.5", "soon", "", "99999999999999999999"})
  void whatIsNoTimeIsRefusedByName(String header) {
    assertThatThrownBy(() -> budget(header))
        .hasMessage(
            "X-Request-Timeout-Ms must be a whole number of milliseconds from 1 to 3600000");
  }

  @Test
  void workThatIsLongInItselfGetsTwiceTheTimeItTakesAlone() {
    Budget budget = new Budget(Optional.empty(), DEFAULT);
    Deadline first = new Deadline(DEFAULT.toNanos());

    assertThat(budget.deadline(first, alone(Duration.ofMillis(150)), 0))
        .isEqualTo(new Deadline(Duration.ofMillis(300).toNanos()));
  }

  @Test
  void workThatIsShortKeepsTheDeadlineItCameWith() {
    Budget budget = new Budget(Optional.empty(), DEFAULT);
    Deadline first = new Deadline(DEFAULT.toNanos());

    assertThat(budget.deadline(first, alone(Duration.ofMillis(100)), 0)).isEqualTo(first);
  }

  @Test
  void whatARequestLayUnreadIsNotHeldAgainstIt() {
    Budget budget = new Budget(Optional.empty(), DEFAULT);

    assertThat(budget.timeFor(new Deadline(DEFAULT.toNanos()), Duration.ofMillis(70).toNanos()))
        .isEqualTo(DEFAULT);
  }

  @Test
  void workThatIsLongInItselfHasAllItsTime() {
    Budget budget = new Budget(Optional.empty(), DEFAULT);
    Duration patience = Duration.ofMillis(300);

    assertThat(budget.timeFor(new Deadline(patience.toNanos()), 0)).isEqualTo(patience);
  }

  @Test
  void theTimeThatACallerHasSetRunsFromItsArrival() {
    Deadline deadline = new Deadline(Duration.ofMillis(200).toNanos());

    assertThat(budget("200").timeFor(deadline, Duration.ofMillis(70).toNanos()))
        .isEqualTo(Duration.ofMillis(130));
  }

  @Test
  void aCallersWordIsFinalHoweverLongTheWorkIs() {
    Deadline first = new Deadline(Duration.ofMillis(50).toNanos());

    assertThat(budget("50").deadline(first, alone(Duration.ofSeconds(9)), 0)).isEqualTo(first);
  }

  private static Budget budget(String header) {
    return new Budget(Optional.of(Budget.parse(header)), DEFAULT);
  }

  private static Prediction alone(Duration alone) {
    return new Prediction(alone, alone, alone);
  }
}
