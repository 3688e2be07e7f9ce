package dev.lockstep.inference.telemetry;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NVIDIA's management library, called through the foreign function interface. The library comes
 * with the driver; where it is not there, there is no GPU to ask.
 *
 * @see <a href="https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceQueries.html">NVML device
 *     queries</a>
 */
@SuppressWarnings("restricted") // Native access is enabled on purpose, see the pom.
public final class Nvml implements GpuMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(Nvml.class);
  private static final String LIBRARY = "libnvidia-ml.so.1";
  private static final int SUCCESS = 0;

  /** nvmlUtilization_t: percent of the GPU, percent of its memory bus. */
  private static final MemoryLayout UTILIZATION =
      MemoryLayout.structLayout(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

  /** nvmlMemory_t: total, free, used, in bytes. */
  private static final MemoryLayout MEMORY =
      MemoryLayout.structLayout(
          ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);

  private final Arena arena;
  private final MethodHandle shutdown;
  private final MethodHandle utilization;
  private final MethodHandle memory;
  private final MemorySegment device;

  private Nvml(Arena arena, SymbolLookup library, int gpu) throws Throwable {
    this.arena = arena;
    this.shutdown = function(library, "nvmlShutdown");
    this.utilization =
        function(
            library, "nvmlDeviceGetUtilizationRates", ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    this.memory =
        function(library, "nvmlDeviceGetMemoryInfo", ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    require("nvmlInit_v2", (int) function(library, "nvmlInit_v2").invokeExact());
    MemorySegment handle = arena.allocate(ValueLayout.ADDRESS);
    MethodHandle byIndex =
        function(
            library, "nvmlDeviceGetHandleByIndex_v2", ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    require("nvmlDeviceGetHandleByIndex_v2", (int) byIndex.invokeExact(gpu, handle));
    this.device = handle.get(ValueLayout.ADDRESS, 0);
  }

  /** The GPU of this number, or nothing to ask. */
  public static GpuMonitor open(int gpu) {
    return open(LIBRARY, gpu);
  }

  @SuppressWarnings("MustBeClosedChecker") // Closed with the monitor.
  static GpuMonitor open(String library, int gpu) {
    Arena arena = Arena.ofShared();
    try {
      return new Nvml(arena, SymbolLookup.libraryLookup(library, arena), gpu);
    } catch (Throwable absent) {
      LOG.info("no GPU metrics: {}", absent.getMessage());
      arena.close();
      return GpuMonitor.NONE;
    }
  }

  private static MethodHandle function(
      SymbolLookup library, String name, MemoryLayout... parameters) {
    return Linker.nativeLinker()
        .downcallHandle(
            library.findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
  }

  private static void require(String name, int result) {
    if (result != SUCCESS) {
      throw new IllegalStateException("%s returns %d".formatted(name, result));
    }
  }

  @Override
  public Optional<Reading> read() {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment rates = call.allocate(UTILIZATION);
      MemorySegment bytes = call.allocate(MEMORY);
      require("nvmlDeviceGetUtilizationRates", (int) utilization.invokeExact(device, rates));
      require("nvmlDeviceGetMemoryInfo", (int) memory.invokeExact(device, bytes));
      return Optional.of(
          new Reading(
              rates.get(ValueLayout.JAVA_INT, 0),
              bytes.get(ValueLayout.JAVA_LONG, 2 * Long.BYTES),
              bytes.get(ValueLayout.JAVA_LONG, 0)));
    } catch (Throwable failed) {
      LOG.warn("the GPU does not answer: {}", failed.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    try {
      require("nvmlShutdown", (int) shutdown.invokeExact());
    } catch (Throwable failed) {
      LOG.warn("NVML does not shut down: {}", failed.getMessage());
    } finally {
      arena.close();
    }
  }
}
