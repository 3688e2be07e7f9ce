package dev.lockstep.drills.autoscaling;

/**
 * What a host has, or a task needs.
 *
 * @param cpu in CPU units, 1024 a core
 * @param memoryMiB in mebibytes
 * @param gpus whole GPUs: ECS pins them to a container and does not share one
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-gpu.html">Task
 *     definitions for GPU workloads</a>
 */
public record Resources(int cpu, int memoryMiB, int gpus) {
  public static final Resources NONE = new Resources(0, 0, 0);

  public Resources {
    if (cpu < 0 || memoryMiB < 0 || gpus < 0) {
      throw new IllegalArgumentException(
          "resources are 0 or more, not %d CPU units, %d MiB, %d GPUs"
              .formatted(cpu, memoryMiB, gpus));
    }
  }

  public Resources plus(Resources other) {
    return new Resources(cpu + other.cpu, memoryMiB + other.memoryMiB, gpus + other.gpus);
  }

  public Resources minus(Resources other) {
    return new Resources(cpu - other.cpu, memoryMiB - other.memoryMiB, gpus - other.gpus);
  }

  /** Whether all of the other's needs can be met. */
  public boolean hold(Resources other) {
    return cpu >= other.cpu && memoryMiB >= other.memoryMiB && gpus >= other.gpus;
  }

  /** How many of these fit: the scarcest resource says. */
  public int fit(Resources each) {
    return Math.min(
        share(gpus, each.gpus), Math.min(share(cpu, each.cpu), share(memoryMiB, each.memoryMiB)));
  }

  private static int share(int all, int each) {
    return each == 0 ? Integer.MAX_VALUE : all / each;
  }
}
