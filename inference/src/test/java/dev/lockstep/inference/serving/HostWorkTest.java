package dev.lockstep.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.batching.BatchKind;
import dev.lockstep.inference.batching.BatchLimits;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who does the host's part of a request. */
final class HostWorkTest {
  private static final int SMALL = 100;
  private static final int LARGE = 100_000;

  private static final Budget USUAL = new Budget(Optional.empty(), Duration.ofMillis(200));
  private static final Budget OWN = new Budget(Optional.of(Duration.ofMillis(200)), Duration.ZERO);

  private static final Lanes CPU = new Lanes(1, 0);
  private static final Lanes GPU = new Lanes(1, 1);

  private final Batcher cpu = Batcher.start(CPU, Ticker.SYSTEM, _ -> {});
  private final Batcher gpu = Batcher.start(GPU, Ticker.SYSTEM, _ -> {});
  private final HostWork onCpu = new HostWork(cpu, CPU);
  private final HostWork onGpu = new HostWork(gpu, GPU);
  private final CountDownLatch runsEnd = new CountDownLatch(1);

  @AfterEach
  void close() {
    runsEnd.countDown();
    cpu.close();
    gpu.close();
    onCpu.close();
    onGpu.close();
  }

  @Test
  void nothingIsTokenizedWhereBytesArrive() {
    assertThat(thread(onCpu.reader(SMALL, USUAL))).startsWith("host-");
    assertThat(thread(onGpu.reader(SMALL, USUAL))).startsWith("host-");
  }

  @Test
  void whileEveryLaneIsBusyASmallRequestIsReadByTheFirstThatIsFreeWhereTheLaneIsTheHosts()
      throws InterruptedException {
    occupy(cpu);
    CompletableFuture<String> reader = reader(onCpu.reader(SMALL, USUAL));

    runsEnd.countDown();

    assertThat(reader.join()).startsWith("device-");
  }

  @Test
  void noneThatIsLargeOrHasItsOwnTimeWaitsForALane() throws InterruptedException {
    occupy(cpu);
    occupy(gpu);

    assertThat(thread(onCpu.reader(LARGE, USUAL))).startsWith("host-");
    assertThat(thread(onCpu.reader(-1, USUAL))).startsWith("host-");
    assertThat(thread(onCpu.reader(SMALL, OWN))).startsWith("host-");
    assertThat(thread(onGpu.reader(SMALL, USUAL))).startsWith("host-");
  }

  @Test
  void aSmallAnswerIsWrittenOnTheLaneThatHasItWhereTheLaneIsTheHosts() {
    assertThat(thread(onCpu.writer(SMALL))).isEqualTo(Thread.currentThread().getName());
    assertThat(thread(onGpu.writer(SMALL))).startsWith("host-");
  }

  @Test
  void aLargeAnswerOrOneOfUnknownSizeKeepsNoLane() {
    assertThat(thread(onCpu.writer(LARGE))).startsWith("host-");
    assertThat(thread(onCpu.writer(-1))).startsWith("host-");
  }

  /** Until the runs end; it returns when one has begun. */
  private void occupy(Batcher batcher) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    var _ =
        batcher.submit(
            new Occupying(begun, runsEnd),
            List.of(new Sized<>("text", 1, 1)),
            new Caller(Deadline.after(Ticker.SYSTEM, Duration.ofMinutes(1)), new Cancellation()));
    begun.await();
  }

  private record Occupying(CountDownLatch begun, CountDownLatch end)
      implements BatchKind<String, String> {
    @Override
    public BatchLimits limits() {
      return new BatchLimits(1, 1, 1);
    }

    @Override
    public CostModel cost() {
      return new CostModel(1, 1);
    }

    @Override
    public Prepared<String> prepare(List<String> inputs, Layout layout) {
      return _ -> {
        begun.countDown();
        awaitQuietly(end);
        return () -> inputs;
      };
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static String thread(Executor executor) {
    return reader(executor).join();
  }

  private static CompletableFuture<String> reader(Executor executor) {
    return CompletableFuture.supplyAsync(() -> Thread.currentThread().getName(), executor)
        .orTimeout(30, TimeUnit.SECONDS);
  }
}
