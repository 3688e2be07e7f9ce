package dev.lockstep.inference.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.batching.BatchListener;
import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.CostModel;
import dev.lockstep.inference.batching.HeldKind;
import dev.lockstep.inference.batching.Lanes;
import dev.lockstep.inference.batching.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a task should be replaced, on a clock that the test turns. */
@Timeout(60)
final class LivenessTest {
  private final AtomicLong now = new AtomicLong();
  private final Ticker ticker = now::get;
  private final HeldKind device = new HeldKind(CostModel.UNMEASURED);
  private final Batcher batcher = Batcher.start(new Lanes(1, 0), ticker, BatchListener.NONE);
  private final Liveness liveness = new Liveness(batcher, Duration.ofSeconds(30));

  @Test
  void aRunMayTakeAsLongAsIsAllowedAndNotALittleLonger() {
    CompletableFuture<List<String>> answer = submit();
    assertThat(liveness.isAlive()).isTrue();

    now.addAndGet(Duration.ofSeconds(30).toNanos());
    assertThat(liveness.isAlive()).isTrue();
    now.addAndGet(1);
    assertThat(liveness.isAlive()).isFalse();

    device.letGo(1);
    answer.join();
    while (!liveness.isAlive()) {
      Thread.onSpinWait();
    }
    batcher.close();
  }

  @Test
  void aRunThatClosingHadToLeaveBehindIsNoLifeHoweverYoungItIs() {
    CompletableFuture<List<String>> answer = submit();

    batcher.close();

    assertThat(liveness.isAlive()).isFalse();
    assertThat(answer).isCompletedExceptionally();
    device.letGo(1);
    while (!liveness.isAlive()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aBatcherThatClosesInPeaceIsAlive() {
    batcher.close();

    assertThat(liveness.isAlive()).isTrue();
  }

  private CompletableFuture<List<String>> submit() {
    CompletableFuture<List<String>> answer =
        device.submit(batcher, HeldKind.caller(ticker, Duration.ofHours(1)), "text");
    device.awaitStarted();
    return answer.orTimeout(30, TimeUnit.SECONDS);
  }
}
