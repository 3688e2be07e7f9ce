package dev.lockstep.drills.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Real leaks of each kind, made on purpose, and whether they are seen. */
final class LeakCheckTest {
  private static final int MEGABYTE = 1_000_000;

  private final Resources before = Resources.now();

  LeakCheckTest() throws InterruptedException {}

  @Test
  void whoeverLeaksNothingPasses() throws InterruptedException {
    assertThat(leaks()).isEmpty();
  }

  @Test
  void threadsThatNeverEndAreSeen() throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      threads.add(Thread.ofPlatform().start(() -> awaitQuietly(end)));
    }

    assertThat(leaks()).contains("threads", "threads of the kernel");

    end.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(leaks()).isEmpty();
  }

  @Test
  void filesThatAreNotClosedAreSeen() throws IOException, InterruptedException {
    List<InputStream> files = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      files.add(Files.newInputStream(Path.of("/proc/self/status")));
    }

    assertThat(leaks()).containsExactly("open files");

    for (InputStream file : files) {
      file.close();
    }
    assertThat(leaks()).isEmpty();
  }

  @Test
  void onePortThatIsStillListenedOnIsSeen() throws IOException, InterruptedException {
    try (ServerSocket _ = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(leaks()).containsExactly("listening ports");
    }
    assertThat(leaks()).isEmpty();
  }

  @Test
  void objectsThatSomebodyStillRefersToAreSeen() throws InterruptedException {
    List<byte[]> kept = megabytes(40);

    assertThat(leaks()).contains("MB of heap");
    assertThat(kept).hasSize(40);
  }

  @Test
  void nativeMemoryThatIsNotFreedIsSeen() throws InterruptedException {
    assertThat(leaksWithNativeMemorySince(before)).containsExactly("MB resident");
  }

  @Test
  void nativeMemoryIsSeenAlsoBehindAHeapThatShrinks() throws InterruptedException {
    assertThat(megabytes(700)).hasSize(700); // and dropped

    assertThat(leaksWithNativeMemorySince(Resources.now())).containsExactly("MB resident");
  }

  private static List<String> leaksWithNativeMemorySince(Resources before)
      throws InterruptedException {
    try (Arena arena = Arena.ofConfined()) {
      arena.allocate(400L * MEGABYTE).fill((byte) 1);
      return leaks(before);
    }
  }

  private static List<byte[]> megabytes(int count) {
    return Stream.generate(() -> new byte[MEGABYTE]).limit(count).toList();
  }

  private List<String> leaks() throws InterruptedException {
    return leaks(before);
  }

  private static List<String> leaks(Resources before) throws InterruptedException {
    return LeakCheck.STANDARD.compare(before, Resources.now()).stream()
        .filter(LeakCheck.Finding::leaks)
        .map(LeakCheck.Finding::kind)
        .toList();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
