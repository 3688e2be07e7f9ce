package dev.lockstep.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.batching.Lanes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who does the host's part of a request. */
final class HostWorkTest {
  private static final int SMALL = 100;
  private static final int LARGE = 100_000;

  private final HostWork onCpu = new HostWork(new Lanes(2, 0));
  private final HostWork onGpu = new HostWork(new Lanes(1, 1));

  @AfterEach
  void close() {
    onCpu.close();
    onGpu.close();
  }

  @Test
  void nothingIsTokenizedWhereBytesArrive() {
    assertThat(thread(onCpu.reader())).startsWith("host-");
    assertThat(thread(onGpu.reader())).startsWith("host-");
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

  private static String thread(Executor executor) {
    return CompletableFuture.supplyAsync(() -> Thread.currentThread().getName(), executor).join();
  }
}
