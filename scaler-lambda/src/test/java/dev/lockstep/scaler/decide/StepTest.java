package dev.lockstep.scaler.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.scaler.observe.Directive;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class StepTest {
  private static final Instant UNTIL = Instant.parse("2026-03-01T12:30:00Z");

  @Test
  void aRiseThatIsNoneIsRefused() {
    assertThatThrownBy(() -> new Step.RaiseHosts(5, 5))
        .hasMessage("hosts are raised from 5 to 5, which is no rise");
    assertThatThrownBy(() -> new Step.RaiseTasks(5, 4, 4))
        .hasMessage("tasks are raised from 5 to 4, which is no rise");
  }

  @Test
  void fewerHostsCannotHoldMoreTasks() {
    assertThatThrownBy(() -> new Step.RaiseTasks(2, 4, 5))
        .hasMessage("5 tasks without new hosts are more than 4 with them");
  }

  @Test
  void everyStepSaysWhatItDoes() {
    assertThat(new Step.RaiseHosts(2, 5).summary()).isEqualTo("hosts 2 -> 5");
    assertThat(new Step.RaiseTasks(2, 5, 2).summary()).isEqualTo("tasks 2 -> 5");
    assertThat(new Step.Remember(new Directive.Floor(4, UNTIL)).summary())
        .isEqualTo("keep at least 4 tasks until 2026-03-01T12:30:00Z");
    assertThat(new Step.Remember(new Directive.Hold(UNTIL)).summary())
        .isEqualTo("hold until 2026-03-01T12:30:00Z");
    assertThat(new Step.Forget().summary()).isEqualTo("forget hold and floor");
  }
}
