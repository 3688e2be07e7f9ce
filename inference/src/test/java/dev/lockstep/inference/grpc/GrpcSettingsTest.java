package dev.lockstep.inference.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ports that cannot be. */
final class GrpcSettingsTest {
  private static final Duration AGE = Duration.ofMinutes(30);

  @Test
  void whatIsNoPortIsRefusedByName() {
    assertThatThrownBy(() -> settings(65_536))
        .hasMessage(
            "LOCKSTEP_GRPC_PORT is 65536, which is no port; 1 to 65535 are allowed, or 0 for any"
                + " that is free");
    assertThatThrownBy(() -> settings(-1))
        .hasMessage(
            "LOCKSTEP_GRPC_PORT is -1, which is no port; 1 to 65535 are allowed, or 0 for any that"
                + " is free");
  }

  @Test
  void theHttpPortIsNotTakenFromIt() {
    assertThatThrownBy(() -> settings(8080))
        .hasMessage(
            "LOCKSTEP_GRPC_PORT and MICRONAUT_SERVER_PORT are both 8080; each needs its own: 1 to"
                + " 65535 are allowed, or 0 for any that is free");
  }

  @Test
  void aConnectionThatIsSentAwayAtOnceIsRefused() {
    assertThatThrownBy(
            () -> new GrpcSettings(Optional.empty(), 8081, 8080, 1, Duration.ofSeconds(-1)))
        .hasMessage("LOCKSTEP_GRPC_CONNECTION_AGE is PT-1S; more than 0 is needed, such as 30m");
  }

  @Test
  void itListensWhereHttpDoes() {
    assertThat(settings(8081).address().getAddress().isAnyLocalAddress()).isTrue();
    assertThat(
            new GrpcSettings(Optional.of("localhost"), 8081, 8080, 1, AGE)
                .address()
                .getAddress()
                .isLoopbackAddress())
        .isTrue();
  }

  private static GrpcSettings settings(int port) {
    return new GrpcSettings(Optional.empty(), port, 8080, 1, AGE);
  }
}
