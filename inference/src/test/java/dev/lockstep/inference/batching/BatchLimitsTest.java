package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** How large a run may be, by what waits. */
final class BatchLimitsTest {
  private final BatchLimits limits = new BatchLimits(384, 32, 1);

  @Test
  void whereLittleWaitsARunHasTwoThirdsOfTheLimit() {
    assertThat(limits.whileWaiting(0, 2).paddedTokens()).isEqualTo(256);
    assertThat(limits.whileWaiting(4 * 256, 2).paddedTokens()).isEqualTo(256);
  }

  @Test
  void whereMoreWaitsARunHasHalfOfItsLanesShare() {
    assertThat(limits.whileWaiting(4 * 300, 2).paddedTokens()).isEqualTo(300);
    assertThat(limits.whileWaiting(4 * 300, 1).paddedTokens()).isEqualTo(384);
  }

  @Test
  void whereRunsMayNotBeSoLargeAUsualOneIsAsLargeAsItMay() {
    BatchLimits narrowed = limits.withTokens(300, 1);

    assertThat(narrowed.usualTokens()).isEqualTo(256);
    assertThat(limits.withTokens(200, 1).usualTokens()).isEqualTo(200);
    assertThat(narrowed.whileWaiting(4 * 384, 2).paddedTokens()).isEqualTo(300);
  }

  @Property
  void noRunIsLargerThanTheLimitOrSmallerThanAUsualOne(
      @ForAll @IntRange(min = 1) int paddedTokens,
      @ForAll @LongRange(min = 0) long waiting,
      @ForAll @IntRange(min = 1, max = 1_000) int lanes) {
    BatchLimits most = new BatchLimits(paddedTokens, 32, 1);

    BatchLimits now = most.whileWaiting(waiting, lanes);

    assertThat(now.paddedTokens()).isBetween(most.usualTokens(), paddedTokens);
    assertThat(now.rows()).isEqualTo(most.rows());
  }
}
