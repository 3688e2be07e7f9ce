package dev.lockstep.drills.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.drills.traffic.Demand;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ExcerptTest {
  private static final Demand HOUR = new Demand.Surge(10, 30, 1800, 3600);

  @Test
  void aPartHasTheRatesOfTheWholeFromWhereItBegins() {
    Excerpt excerpt = new Excerpt(HOUR, Duration.ofMinutes(24), Duration.ofMinutes(12));

    assertThat(excerpt.seconds()).isEqualTo(720);
    assertThat(excerpt.ratePerSecond(359)).isEqualTo(10);
    assertThat(excerpt.ratePerSecond(360)).isEqualTo(30);
    assertThat(excerpt.ratePerSecond(719)).isEqualTo(30);
    assertThat(excerpt.ratePerSecond(720)).isZero();
    assertThat(excerpt.requests()).isEqualTo(360 * 10 + 360 * 30);
  }

  @Test
  void moreThanThereIsIsRefused() {
    assertThatThrownBy(() -> new Excerpt(HOUR, Duration.ofMinutes(50), Duration.ofMinutes(12)))
        .hasMessage("720 s from second 3000 on are more than the 3600 s there are");
  }
}
