package dev.lockstep.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.CostModel;
import dev.lockstep.inference.batching.HeldKind;
import dev.lockstep.inference.batching.Lanes;
import dev.lockstep.inference.batching.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
  private final HeldKind runs = new HeldKind(CostModel.UNMEASURED);

  @AfterEach
  void close() {
    runs.letGo(2);
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
  void whileEveryLaneIsBusyASmallRequestIsReadByTheFirstThatIsFreeWhereTheLaneIsTheHosts() {
    occupy(cpu);
    CompletableFuture<String> reader = reader(onCpu.reader(SMALL, USUAL));

    runs.letGo(2);

    assertThat(reader.join()).startsWith("device-");
  }

  @Test
  void noneThatIsLargeOrHasItsOwnTimeWaitsForALane() {
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

  /** Until the runs are let go; it returns when one has begun. */
  private void occupy(Batcher batcher) {
    var _ = runs.submit(batcher, HeldKind.caller(Ticker.SYSTEM, Duration.ofMinutes(1)), "text");
    runs.awaitStarted();
  }

  private static String thread(Executor executor) {
    return reader(executor).join();
  }

  private static CompletableFuture<String> reader(Executor executor) {
    return CompletableFuture.supplyAsync(() -> Thread.currentThread().getName(), executor)
        .orTimeout(30, TimeUnit.SECONDS);
  }
}
