package dev.lockstep.drills.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.drills.traffic.Demand;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ExcerptTest {
  private static final Demand HOUR = new Demand.Surge(10, 30, 1800, 3600);

  @Test
  void theSameRatesComeForAShorterTime() {
    Excerpt excerpt = new Excerpt(HOUR, Duration.ofMinutes(24), Duration.ofMinutes(2), 12);

    assertThat(excerpt.seconds()).isEqualTo(120);
    assertThat(excerpt.ratePerSecond(29)).isEqualTo(10);
    assertThat(excerpt.ratePerSecond(30)).isEqualTo(30);
    assertThat(excerpt.ratePerSecond(119)).isEqualTo(30);
    assertThat(excerpt.ratePerSecond(120)).isZero();
  }

  @Test
  void moreThanThereIsIsRefused() {
    assertThatThrownBy(() -> new Excerpt(HOUR, Duration.ofMinutes(50), Duration.ofMinutes(2), 12))
        .hasMessage("120 s at pace 12 from second 3000 on are more than the 3600 s there are");
  }
}
