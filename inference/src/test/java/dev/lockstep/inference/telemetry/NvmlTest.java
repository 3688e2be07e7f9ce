package dev.lockstep.inference.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** NVML's interface, against a library of the test's own that a C compiler makes. */
final class NvmlTest {
  private static final String LIBRARY =
      """
      typedef struct { unsigned int gpu, memory; } utilization;
      typedef struct { unsigned long long total, free, used; } memory;
      static int started = 0;
      int nvmlInit_v2(void) { started = 1; return 0; }
      int nvmlShutdown(void) { started = 0; return 0; }
      int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) {
        if (!started) return 1;
        if (index > 1) return 6;
        *device = (void *)(0x1000 + (unsigned long long) index);
        return 0;
      }
      int nvmlDeviceGetUtilizationRates(void *device, utilization *rates) {
        if ((unsigned long long) device == 0x1001) return 15;
        rates->gpu = 71; rates->memory = 33;
        return 0;
      }
      int nvmlDeviceGetMemoryInfo(void *device, memory *info) {
        info->total = 24000000000ULL; info->free = 21000000000ULL; info->used = 3000000000ULL;
        return 0;
      }
      """;

  @TempDir Path folder;

  @Test
  void withoutTheLibraryThereIsNoGpu() {
    GpuMonitor none = Nvml.open("libno-such-nvml.so.1", 0);

    assertThat(none.read()).isEmpty();
    assertThat(none.utilizationPercent()).isEmpty();
  }

  @Test
  void utilizationAndMemoryAreRead() throws Exception {
    try (GpuMonitor gpu = Nvml.open(library(), 0)) {
      assertThat(gpu.read()).contains(new GpuMonitor.Reading(71, 3_000_000_000L, 24_000_000_000L));
      assertThat(gpu.utilizationPercent()).hasValue(71);
    }
  }

  @Test
  void aGpuThatDoesNotAnswerSaysNothingRatherThanZero() throws Exception {
    try (GpuMonitor lost = Nvml.open(library(), 1)) {
      assertThat(lost.read()).isEmpty();
    }
  }

  @Test
  void aGpuThatIsNotThereIsNone() throws Exception {
    assertThat(Nvml.open(library(), 7).read()).isEmpty();
  }

  private String library() throws IOException, InterruptedException {
    Path source = folder.resolve("nvml.c");
    Path library = folder.resolve("libnvml.so");
    Files.writeString(source, LIBRARY);
    assumeTrue(compile(source, library), "no C compiler here");
    return library.toString();
  }

  private static boolean compile(Path source, Path library) throws InterruptedException {
    try {
      Process compiler =
          new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
              .inheritIO()
              .start();
      return compiler.waitFor() == 0;
    } catch (IOException _) {
      return false;
    }
  }
}
