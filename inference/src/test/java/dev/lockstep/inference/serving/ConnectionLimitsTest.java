package dev.lockstep.inference.serving;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Limits that would let nobody in. */
final class ConnectionLimitsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void aLimitOfNothingIsRefusedByName() {
    assertThatThrownBy(() -> new ConnectionLimits(0, 1, SECOND, SECOND, SECOND))
        .hasMessage("LOCKSTEP_MAX_CONNECTIONS is 0; 1 or more is needed");
    assertThatThrownBy(() -> new ConnectionLimits(1, 0, SECOND, SECOND, SECOND))
        .hasMessage("LOCKSTEP_BUFFER_BYTES is 0; 1 or more is needed");
    assertThatThrownBy(() -> new ConnectionLimits(1, 1, Duration.ZERO, SECOND, SECOND))
        .hasMessage("LOCKSTEP_READ_TIMEOUT is PT0S; more than 0 is needed, such as 30s");
    assertThatThrownBy(() -> new ConnectionLimits(1, 1, SECOND, SECOND, SECOND.negated()))
        .hasMessageStartingWith("LOCKSTEP_IDLE_TIMEOUT is PT-1S");
  }
}
