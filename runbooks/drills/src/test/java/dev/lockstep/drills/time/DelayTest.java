package dev.lockstep.drills.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.account.Lab;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How long things take: a lead is a distribution, never one number. */
final class DelayTest {
  private static final Chance CHANCE = new Chance(1);

  @Test
  void halfOfTheDrawsAreUpToTheMedianAndOneInTwentyIsAboveTheSpread() {
    Delay delay = new Delay.LogNormal(Duration.ofSeconds(100), 1.5);
    long[] sorted =
        LongStream.range(0, 20_000)
            .map(index -> delay.draw(CHANCE.of("boot", index)).toMillis())
            .sorted()
            .toArray();

    assertThat(sorted[10_000]).isCloseTo(100_000L, within(1000L));
    assertThat(sorted[19_000]).isCloseTo(150_000L, within(2000L));
    assertThat(sorted[19_999]).isLessThanOrEqualTo(600_000L);
  }

  @Test
  void theNthDrawIsTheSameWhateverWasDrawnBefore() {
    Delay delay = new Delay.LogNormal(Duration.ofSeconds(100), 1.5);
    Duration seventh = delay.draw(CHANCE.of("boot", 7));
    CHANCE.of("boot", 8).nextDouble();

    assertThat(delay.draw(CHANCE.of("boot", 7))).isEqualTo(seventh);
    assertThat(delay.draw(CHANCE.of("pull", 7))).isNotEqualTo(seventh);
    assertThat(delay.draw(new Chance(2).of("boot", 7))).isNotEqualTo(seventh);
  }

  @Test
  void aDrawIsTheSameOnEveryMachineToTheMillisecond() {
    Delay delay = new Delay.LogNormal(Duration.ofSeconds(100), 1.5);

    assertThat(LongStream.range(0, 4).mapToObj(index -> delay.draw(CHANCE.of("boot", index))))
        .containsExactly(
            Duration.ofMillis(73_646),
            Duration.ofMillis(141_699),
            Duration.ofMillis(109_305),
            Duration.ofMillis(160_736));
  }

  @Test
  void aLeadIsHalfBootAndAQuarterEachPullAndModelLoad() {
    AccountSettings settings =
        new AccountSettings(Lab.GROUP, Lab.SERVICE).withLead(Delay.of(Duration.ofMinutes(4)));

    assertThat(settings.group().boot().median()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.service().imagePull().median()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.service().modelLoad().median()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.lead()).isEqualTo(Duration.ofMinutes(4));
  }

  @Test
  void aSpreadBelowOneIsRefused() {
    assertThatThrownBy(() -> new Delay.LogNormal(Duration.ofSeconds(100), 0.9))
        .hasMessageContaining("1 or more, not 0.9");
  }
}
