package dev.lockstep.drills.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.traffic.Demand;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class SwitchedDemandTest {
  private static final Demand USUAL = new Demand.Surge(12, 12, 0, 3600);

  @Test
  void theSurgeBeginsByItselfWhenNobodyHasUsedTheSwitch() {
    SwitchedDemand demand = new SwitchedDemand(USUAL, 28, OptionalLong.of(30));

    assertThat(demand.ratePerSecond(29)).isEqualTo(12);
    assertThat(demand.surging()).isFalse();
    assertThat(demand.ratePerSecond(30)).isEqualTo(40);
    assertThat(demand.surging()).isTrue();
    demand.surge(false);
    assertThat(demand.ratePerSecond(31)).isEqualTo(12);
  }

  @Test
  void whoeverHasUsedTheSwitchIsNotOverruled() {
    SwitchedDemand demand = new SwitchedDemand(USUAL, 28, OptionalLong.of(30));

    demand.surge(true);
    assertThat(demand.ratePerSecond(3)).isEqualTo(40);
    demand.surge(false);
    assertThat(demand.ratePerSecond(31)).isEqualTo(12);
  }

  @Test
  void aTraceHasItsOwnSurgesAndGetsOneMoreOnlyByTheSwitch() {
    SwitchedDemand demand = new SwitchedDemand(USUAL, 28, OptionalLong.empty());

    assertThat(demand.ratePerSecond(3000)).isEqualTo(12);
    demand.surge(true);
    assertThat(demand.ratePerSecond(3001)).isEqualTo(40);
    assertThat(demand.seconds()).isEqualTo(3600);
  }
}
