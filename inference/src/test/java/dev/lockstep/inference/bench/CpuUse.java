package dev.lockstep.inference.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * Where this process's CPU time goes, by what its threads are for. Linux tells it of native threads
 * too, such as ONNX Runtime's and the collector's; elsewhere nothing is known.
 *
 * @param nanos on a CPU since the process began
 */
record CpuUse(Map<Part, Long> nanos) {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final Path MACHINE = Path.of("/proc/stat");

  /** What a thread is for. */
  enum Part {
    /** The load generator. */
    CLIENT,
    /** Netty: sockets, HTTP, and what runs on the event loop. */
    EVENT_LOOP,
    /** Parsing, tokenizing and writing. */
    HOST,
    /** The batcher's lanes: padding, the model on one thread, pooling, handing out. */
    LANE,
    /** The compiler of the JVM. */
    COMPILER,
    /** The collector of the JVM, and its other housekeeping. */
    COLLECTOR,
    /** Everything else, the threads of ONNX Runtime's wide session among it. */
    OTHER,
    /** Other processes: where there are any, the figures mean nothing. */
    ELSEWHERE;

    private static Part of(String thread) {
      if (thread.startsWith("client")) {
        return CLIENT;
      }
      if (thread.contains("eventLo")) {
        return EVENT_LOOP;
      }
      if (thread.startsWith("host-")) {
        return HOST;
      }
      if (thread.startsWith("device-")) {
        return LANE;
      }
      if (thread.contains("Compiler")) {
        return COMPILER;
      }
      return thread.startsWith("G1 ") || thread.startsWith("GC ") || thread.startsWith("VM ")
          ? COLLECTOR
          : OTHER;
    }
  }

  static CpuUse now() {
    Map<Part, Long> nanos = new EnumMap<>(Part.class);
    if (Files.isDirectory(TASKS)) {
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(TASKS)) {
        threads.forEach(thread -> add(thread, nanos));
        nanos.put(Part.ELSEWHERE, machineNanos() - ownNanos());
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    return new CpuUse(nanos);
  }

  /**
   * All processes, the kernel and what the hypervisor took: see proc(5), in hundredths of a second.
   */
  private static long machineNanos() throws IOException {
    String[] times = Files.readAllLines(MACHINE).getFirst().split(" +", -1);
    long hundredths = 0;
    for (int i = 1; i < 9; i++) {
      boolean idle = i == 4 || i == 5;
      hundredths += idle ? 0 : Long.parseLong(times[i]);
    }
    return hundredths * 10_000_000;
  }

  private static long ownNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static void add(Path thread, Map<Part, Long> nanos) {
    try {
      String name = Files.readString(thread.resolve("comm")).strip();
      String[] times = Files.readString(thread.resolve("schedstat")).split(" ", 2);
      nanos.merge(Part.of(name), Long.parseLong(times[0]), Long::sum);
    } catch (IOException failed) {
      // A thread that ends here is no such file, or a file that cannot be read.
      if (Files.exists(thread)) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  CpuUse since(CpuUse before) {
    Map<Part, Long> difference = new EnumMap<>(Part.class);
    nanos.forEach((part, used) -> difference.put(part, used - before.nanos.getOrDefault(part, 0L)));
    return new CpuUse(difference);
  }
}
