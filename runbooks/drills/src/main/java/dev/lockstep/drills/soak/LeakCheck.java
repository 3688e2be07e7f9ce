package dev.lockstep.drills.soak;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Whether a process holds more after its work than before it. Before means after a first, short
 * run: what a JVM and its libraries set up once and keep is not a leak. Both are taken when
 * everything that worked has been closed, so nothing may be left but chance, which has a bound for
 * each kind.
 *
 * @param threads a pool of the JVM's own may have grown by some, which it keeps
 * @param kernelThreads likewise, with those of the compiler and the collector, whose number follows
 *     their work
 * @param files a class loader or a random source may have opened one
 * @param ports none: nobody opens one by chance
 * @param heapBytes classes, compiled code's data and caches that fill slowly
 * @param residentBytes code, metaspace and what the allocators keep for later
 */
record LeakCheck(
    int threads, int kernelThreads, int files, int ports, long heapBytes, long residentBytes) {
  private static final long MEGABYTE = 1_000_000;

  /**
   * A server that leaks one thread, file or port is over these after as many starts as a soak of
   * two minutes has; one that leaks 1 kB a request on the heap, after 16,000 requests, which is a
   * seventh of a whole soak.
   */
  static final LeakCheck STANDARD = new LeakCheck(4, 8, 4, 0, 16 * MEGABYTE, 192 * MEGABYTE);

  /**
   * One kind that is held.
   *
   * @param allowed growth
   */
  record Finding(String kind, double before, double after, double allowed) {
    boolean leaks() {
      return after - before > allowed;
    }

    /** One line for people. */
    String text() {
      return String.format(
          Locale.ROOT,
          "%s: %,.0f before, %,.0f after, at most %,.0f more",
          kind,
          before,
          after,
          allowed);
    }
  }

  /** What has grown, and by how much it may have, kind by kind. */
  List<Finding> compare(Resources before, Resources after) {
    return Stream.of(
            new Finding("threads", before.threads(), after.threads(), threads),
            new Finding(
                "threads of the kernel",
                before.kernelThreads(),
                after.kernelThreads(),
                kernelThreads),
            new Finding("open files", before.files(), after.files(), files),
            new Finding("listening ports", before.ports(), after.ports(), ports),
            megabytes("MB of heap", before.heapBytes(), after.heapBytes(), heapBytes),
            megabytes("MB resident", before.residentBytes(), after.residentBytes(), residentBytes))
        .toList();
  }

  private static Finding megabytes(String kind, long before, long after, long allowed) {
    return new Finding(
        kind, (double) before / MEGABYTE, (double) after / MEGABYTE, (double) allowed / MEGABYTE);
  }
}
