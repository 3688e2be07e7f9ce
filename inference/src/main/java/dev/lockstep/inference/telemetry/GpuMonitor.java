package dev.lockstep.inference.telemetry;

import java.util.Optional;
import java.util.OptionalDouble;

/** What the GPU says of itself; nothing where there is none. */
public interface GpuMonitor extends AutoCloseable {
  /** There is no GPU, or no NVML to ask. */
  GpuMonitor NONE =
      new GpuMonitor() {
        @Override
        public Optional<Reading> read() {
          return Optional.empty();
        }

        @Override
        public void close() {
          // Holds nothing.
        }
      };

  /**
   * One look.
   *
   * @param utilizationPercent of the last sample period, in which a kernel ran
   * @param usedBytes of the device's memory
   * @param totalBytes of the device's memory
   */
  record Reading(int utilizationPercent, long usedBytes, long totalBytes) {}

  Optional<Reading> read();

  default OptionalDouble utilizationPercent() {
    return read().stream().mapToDouble(Reading::utilizationPercent).findFirst();
  }

  @Override
  void close();
}
