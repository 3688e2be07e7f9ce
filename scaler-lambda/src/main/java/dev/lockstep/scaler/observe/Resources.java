package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.GpuShape;

/**
 * What a host has or a task holds, in the units ECS reserves by.
 *
 * @param gpus whole GPUs; ECS pins each to one task
 * @param cpuUnits 1,024 a core
 */
public record Resources(int gpus, int cpuUnits, int memoryMiB) {
  public static final Resources NONE = new Resources(0, 0, 0);

  public Resources {
    if (gpus < 0 || cpuUnits < 0 || memoryMiB < 0) {
      throw new IllegalArgumentException(
          "resources are 0 or more, not %d GPUs, %d CPU units, %d MiB"
              .formatted(gpus, cpuUnits, memoryMiB));
    }
  }

  /** A task of which only the GPUs are known. */
  public static Resources ofTask(GpuShape gpus) {
    return new Resources(gpus.perTask(), 0, 0);
  }

  /** A host of which only the GPUs are known: nothing else is short. */
  public static Resources ofHost(GpuShape gpus) {
    return new Resources(gpus.perHost(), Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /**
   * How many of these fit: the scarcest of the three decides. A task that holds nothing fits none.
   */
  public int fit(Resources each) {
    if (each.equals(NONE)) {
      return 0;
    }
    return Math.min(
        fit(gpus, each.gpus),
        Math.min(fit(cpuUnits, each.cpuUnits), fit(memoryMiB, each.memoryMiB)));
  }

  private static int fit(int there, int each) {
    return each == 0 ? Integer.MAX_VALUE : there / each;
  }

  /** What is left when some are taken; never less than nothing. */
  public Resources less(Resources each, int times) {
    return new Resources(
        left(gpus, each.gpus, times),
        left(cpuUnits, each.cpuUnits, times),
        left(memoryMiB, each.memoryMiB, times));
  }

  private static int left(int there, int each, int times) {
    return Math.toIntExact(Math.max(0, there - (long) each * times));
  }

  /** The smaller of each. */
  public Resources smaller(Resources other) {
    return new Resources(
        Math.min(gpus, other.gpus),
        Math.min(cpuUnits, other.cpuUnits),
        Math.min(memoryMiB, other.memoryMiB));
  }

  /** The larger of each. */
  public Resources larger(Resources other) {
    return new Resources(
        Math.max(gpus, other.gpus),
        Math.max(cpuUnits, other.cpuUnits),
        Math.max(memoryMiB, other.memoryMiB));
  }

  @Override
  public String toString() {
    return "%d GPUs, %d CPU units, %d MiB".formatted(gpus, cpuUnits, memoryMiB);
  }
}
