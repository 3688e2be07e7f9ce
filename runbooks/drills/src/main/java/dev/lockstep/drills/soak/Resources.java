package dev.lockstep.drills.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this process holds, as its kernel and its JVM count it. Linux only: the kernel's side is
 * read from {@code /proc}.
 *
 * @param threads of the JVM, virtual ones not counted
 * @param kernelThreads of the process, those of native libraries and of the JVM itself included
 * @param files open descriptors, sockets included
 * @param ports TCP ports that this process listens on
 * @param heapBytes in use after a full collection
 * @param residentBytes of the process, native memory included
 * @see <a href="https://man7.org/linux/man-pages/man5/proc.5.html">proc(5)</a>
 */
record Resources(
    int threads, int kernelThreads, int files, int ports, long heapBytes, long residentBytes) {
  private static final Path PROCESS = Path.of("/proc/self");
  private static final String LISTENING = "0A";
  private static final long KIBIBYTE = 1024;

  /**
   * G1 gives memory back on a thread of its own: it begins 100 ms after a collection and goes on
   * every 10 ms with 128 MB at most.
   *
   * @see <a
   *     href="https://github.com/openjdk/jdk/blob/jdk-25-ga/src/hotspot/share/gc/g1/g1UncommitRegionTask.hpp">its
   *     source</a>
   */
  private static final Duration GIVING_BACK = Duration.ofMillis(250);

  private static final long STILL_BYTES = 1 << 20;
  private static final int MOST_READINGS = 40;

  /**
   * What is held now, after everything that nobody refers to is gone.
   *
   * @throws InterruptedException while it waits for memory that is being given back
   */
  static Resources now() throws InterruptedException {
    collect();
    long residentBytes = residentWhenStill();
    return new Resources(
        ManagementFactory.getThreadMXBean().getThreadCount(),
        names(PROCESS.resolve("task")).size(),
        names(PROCESS.resolve("fd")).size(),
        listening(),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        residentBytes);
  }

  /** Twice: what the first collection finds dead may free more when its cleaners have run. */
  private static void collect() {
    System.gc();
    System.gc();
  }

  /** What is read too early is too much, and a leak after it would not be seen. */
  private static long residentWhenStill() throws InterruptedException {
    long last = residentNow();
    for (int reading = 0; reading < MOST_READINGS; reading++) {
      Thread.sleep(GIVING_BACK);
      long now = residentNow();
      if (now > last - STILL_BYTES) {
        return now;
      }
      last = now;
    }
    return last;
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Sockets that listen, of those that this process has open. */
  private static int listening() {
    Set<String> own =
        names(PROCESS.resolve("fd")).stream()
            .flatMap(descriptor -> target(descriptor).stream())
            .collect(Collectors.toSet());
    return Math.toIntExact(
        Stream.of("tcp", "tcp6")
            .flatMap(protocol -> lines(PROCESS.resolve("net").resolve(protocol)).stream().skip(1))
            .map(line -> line.strip().split("\\s+"))
            .filter(fields -> fields[3].equals(LISTENING))
            .filter(fields -> own.contains("socket:[" + fields[9] + "]"))
            .count());
  }

  /** What a descriptor leads to; nothing when it has been closed meanwhile. */
  private static Optional<String> target(String descriptor) {
    try {
      return Optional.of(
          Files.readSymbolicLink(PROCESS.resolve("fd").resolve(descriptor)).toString());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static long residentNow() {
    return lines(PROCESS.resolve("status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(kibibytes -> Long.parseLong(kibibytes) * KIBIBYTE)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** One line for people. */
  String text() {
    return String.format(
        Locale.ROOT,
        "%d threads (%d with native ones), %d files, %d ports, %.1f MB of heap, %.1f MB resident",
        threads,
        kernelThreads,
        files,
        ports,
        heapBytes / 1e6,
        residentBytes / 1e6);
  }
}
