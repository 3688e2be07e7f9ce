package dev.lockstep.inference.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.batching.BatchKind;
import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.batching.BatchListener;
import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.Caller;
import dev.lockstep.inference.batching.Cancellation;
import dev.lockstep.inference.batching.CostModel;
import dev.lockstep.inference.batching.Deadline;
import dev.lockstep.inference.batching.Lanes;
import dev.lockstep.inference.batching.Layout;
import dev.lockstep.inference.batching.Sized;
import dev.lockstep.inference.batching.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a task should be replaced, on a clock that the test turns. */
@Timeout(60)
final class LivenessTest {
  private final AtomicLong now = new AtomicLong();
  private final Ticker ticker = now::get;
  private final Hanging device = new Hanging();
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

    device.letGo.release();
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
    device.letGo.release();
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
        batcher.submit(
            device,
            List.of(new Sized<>("text", 4, 1)),
            new Caller(Deadline.after(ticker, Duration.ofHours(1)), new Cancellation()));
    device.started.acquireUninterruptibly();
    return answer.orTimeout(30, TimeUnit.SECONDS);
  }

  /** Its runs end when the test says so, and no interrupt ends them. */
  private static final class Hanging implements BatchKind<String, String> {
    final Semaphore started = new Semaphore(0);
    final Semaphore letGo = new Semaphore(0);

    @Override
    public BatchLimits limits() {
      return new BatchLimits(256, 32, 1);
    }

    @Override
    public CostModel cost() {
      return CostModel.UNMEASURED;
    }

    @Override
    public Prepared<String> prepare(List<String> inputs, Layout layout) {
      return _ -> {
        started.release();
        letGo.acquireUninterruptibly();
        return () -> List.copyOf(inputs);
      };
    }
  }
}
