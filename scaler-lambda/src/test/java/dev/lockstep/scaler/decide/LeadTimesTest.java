package dev.lockstep.scaler.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LeadTimesTest {
  @Test
  void noLeadIsZeroAndNoWarmOneIsLongerThanTheColdOne() {
    assertThatThrownBy(() -> new LeadTimes(Duration.ZERO, Optional.empty(), false, "test"))
        .hasMessage("a lead time is above 0, not PT0S");
    assertThatThrownBy(() -> leads(240, Optional.of(Duration.ZERO)))
        .hasMessage("a lead time is above 0, not PT0S");
    assertThatThrownBy(() -> leads(240, Optional.of(Duration.ofSeconds(241))))
        .hasMessage("a warm host takes no longer than a cold one: PT4M1S warm, PT4M cold");
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 240", "0, 1, 60", "2, 2, 60", "3, 2, 240", "2, 0, 240", "1, 5, 60"})
  void theFleetIsWholeWithTheLastOfItsHosts(int hosts, int pooled, int seconds) {
    assertThat(leads(240, Optional.of(Duration.ofMinutes(1))).ofNext(hosts, pooled))
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void withoutAWarmLeadEveryHostIsCold() {
    assertThat(leads(240, Optional.empty()).ofNext(1, 5)).isEqualTo(Duration.ofMinutes(4));
  }

  private static LeadTimes leads(int cold, Optional<Duration> warm) {
    return new LeadTimes(Duration.ofSeconds(cold), warm, true, "test");
  }
}
