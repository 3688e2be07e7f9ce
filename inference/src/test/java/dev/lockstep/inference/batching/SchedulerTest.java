package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.engine.Width;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who runs when, told as timelines. A token takes 1,000 ns and a run 12,000. */
final class SchedulerTest {
  private static final long NEVER = Long.MAX_VALUE / 4;

  private final TestKind kind = TestKind.cpu();

  @Test
  void aLoneInputGetsTheWholeDeviceAtOnce() {
    VirtualDevice device = new VirtualDevice(new Lanes(2, 0));
    device.arrives(kind.piece(1, 16, 100, NEVER));

    device.play();

    assertThat(timeline(device)).containsExactly("100 WHOLE 16");
  }

  @Test
  void whileOthersWaitEachLaneRunsABatchOfItsOwn() {
    VirtualDevice device = new VirtualDevice(new Lanes(2, 0));
    device.arrives(kind.piece(1, 100, 0, NEVER));
    device.arrives(kind.piece(2, 30, 0, NEVER));
    device.arrives(kind.piece(3, 60, 0, NEVER));

    device.play();

    // The lane that ran 30 tokens in 42,000 ns takes the third; the other is still at work.
    assertThat(timeline(device)).containsExactly("0 LANE 100", "0 LANE 30", "42000 LANE 60");
  }

  @Test
  void whoComesWhileTheWholeDeviceRunsWaitsForItsEnd() {
    VirtualDevice device = new VirtualDevice(new Lanes(2, 0));
    device.arrives(kind.piece(1, 16, 0, NEVER));
    device.arrives(kind.piece(2, 16, 5_000, NEVER));
    device.arrives(kind.piece(3, 16, 6_000, NEVER));

    device.play();

    assertThat(timeline(device)).containsExactly("0 WHOLE 16", "14000 LANE 16", "14000 LANE 16");
  }

  @Test
  void lanesThatAreFreeShareWhatWaits() {
    VirtualDevice device = new VirtualDevice(new Lanes(2, 0));
    for (int i = 0; i < 6; i++) {
      device.arrives(kind.piece(i, 16, 0, NEVER));
    }

    device.play();

    assertThat(timeline(device)).containsExactly("0 LANE 16 16 16", "0 LANE 16 16 16");
  }

  @Test
  void aFullBatchIsStagedWhileTheDeviceRunsAndTakesNobodyLater() {
    VirtualDevice device = new VirtualDevice(new Lanes(1, 1));
    device.arrives(kind.piece(1, 128, 0, NEVER));
    device.arrives(kind.piece(2, 128, 1, NEVER));
    device.arrives(kind.piece(3, 128, 1, NEVER));
    // More urgent than all, but the batch before it was full and is prepared already.
    device.arrives(kind.piece(4, 128, 2, 1_000_000));

    device.play();

    assertThat(timeline(device))
        .containsExactly("0 WHOLE 128", "140000 LANE 128 128", "408000 WHOLE 128");
  }

  @Test
  void aBatchThatCouldStillGrowIsNotStaged() {
    VirtualDevice device = new VirtualDevice(new Lanes(1, 1));
    device.arrives(kind.piece(1, 128, 0, NEVER));
    device.arrives(kind.piece(2, 16, 1, NEVER));
    device.arrives(kind.piece(3, 16, 100_000, NEVER));

    device.play();

    assertThat(timeline(device)).containsExactly("0 WHOLE 128", "140000 WHOLE 16 16");
  }

  @Test
  void whoseDeadlineHasPassedDoesNotRun() {
    VirtualDevice device = new VirtualDevice(new Lanes(1, 0));
    device.arrives(kind.piece(1, 128, 0, NEVER));
    device.arrives(kind.piece(2, 16, 1, 139_999));
    device.arrives(kind.piece(3, 16, 1, 140_000));

    device.play();

    assertThat(timeline(device)).containsExactly("0 WHOLE 128", "140000 WHOLE 16");
    assertThat(device.expired)
        .extracting(expired -> expired.piece().sequence())
        .containsExactly(2L);
  }

  private static List<String> timeline(VirtualDevice device) {
    return device.started.stream().map(SchedulerTest::line).toList();
  }

  private static String line(VirtualDevice.Started started) {
    StringBuilder line = new StringBuilder();
    line.append(started.at()).append(' ').append(started.width());
    started.batch().pieces().forEach(piece -> line.append(' ').append(piece.size().length()));
    return line.toString();
  }

  @Test
  void widthsHoldExactlyTheirLanes() {
    assertThat(new Lanes(3, 0).used(Width.WHOLE)).isEqualTo(3);
    assertThat(new Lanes(3, 0).used(Width.LANE)).isEqualTo(1);
  }
}
