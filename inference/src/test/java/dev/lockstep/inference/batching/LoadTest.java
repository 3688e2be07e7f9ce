package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.inference.engine.Width;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is predicted of a device, run by run: a run costs 12 us and 1 us a token. */
final class LoadTest {
  private static final long LATER = 1_000_000_000;

  private final TestKind kind = TestKind.cpu();
  private final Load load = new Load(new Lanes(2, 0));
  private long sequence;

  @Test
  void anIdleDeviceNeedsNoCaution() {
    assertThat(rough(Duration.ofMillis(5), 0)).isZero();
    Prediction prediction = load.predict(kind, 100, 0);

    assertThat(prediction.delay()).isEqualTo(prediction.alone());
  }

  @Test
  void whatIsAheadIsPredictedAsItIsInTheMean() {
    runBehind(0, Duration.ofNanos(28_000));
    load.waits(piece(100));
    load.waits(piece(100));

    Prediction prediction = load.predict(kind, 16, 28_000);

    // Its batch will have 200 tokens more, at 1 us each.
    long later = prediction.delay().minus(prediction.alone()).toNanos() - 200_000;
    assertThat(later).isCloseTo(load.backlog(28_000).toNanos(), within(2L));
  }

  @Test
  void whatIsExpectedOfWorkCountsOnlyWhileOthersWait() {
    Duration expected = Duration.ofMillis(5);
    assertThat(rough(expected, 0)).isZero();
    load.waits(piece(16));

    // It fills its batch, in which only the one that waits would be, at 1 us a token.
    Duration filled = Duration.ofNanos(1_000L * (kind.limits().paddedTokens() - 16));
    assertThat(rough(expected, 0))
        .isCloseTo(rough(Duration.ZERO, 0).plus(expected).plus(filled), Duration.ofNanos(1_000));
    load.leaves(piece(16));

    assertThat(rough(expected, 0)).isZero();
  }

  /** One that waits leaves room for more in its batch, and a hundred leave none. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  void whatIsExpectedRightlyIsPredictedAtTheDoorAsItIsInsideButWithCaution(int waiting) {
    for (int i = 0; i < waiting; i++) {
      runBehind(i * 50_000L, Duration.ofNanos(40_000));
      load.waits(piece(16));
    }

    Prediction inside = load.predict(kind, 16, 5_000_000);

    Duration caution = load.backlog(5_000_000).multipliedBy(15).dividedBy(100);
    assertThat(rough(inside.own(), 5_000_000))
        .isCloseTo(inside.delay().plus(caution), Duration.ofNanos(2));
  }

  @Test
  void whatWasLetInUnreadDelaysOthersAsMuchAsIfItHadBeenRead() {
    Duration unread = load.predict(kind, 48, 0).own();
    running(0);

    Duration before = load.roughDelay(Duration.ZERO, unread, 0);

    load.waits(piece(48));
    assertThat(before).isCloseTo(rough(Duration.ZERO, 0), Duration.ofNanos(2));
  }

  @Test
  void aDeviceThatSlowsDownIsPredictedSlower() {
    Duration before = load.predict(kind, 100, 0).delay();
    for (int i = 0; i < 100; i++) {
      runBehind(i * 100_000L, Duration.ofNanos(56_000));
    }

    // A run of 16 tokens takes 28 us at warm-up.
    assertThat(load.predict(kind, 100, 10_000_000).delay())
        .isGreaterThan(before.multipliedBy(19).dividedBy(10));
  }

  private Duration rough(Duration expected, long now) {
    return load.roughDelay(expected, Duration.ZERO, now);
  }

  private Piece<String, String> piece(int length) {
    return kind.piece(sequence++, length, 0, LATER);
  }

  /** A run of 16 tokens while others wait. */
  private void runBehind(long at, Duration took) {
    load.ends(running(at), at + took.toNanos());
  }

  private Load.Run running(long at) {
    Batch<String, String> batch =
        new Batch<>(kind, List.of(piece(16)), Layout.apart(1, 16), kind.limits());
    load.staged(batch);
    return load.starts(batch, Width.LANE, /* behind= */ true, at);
  }
}
