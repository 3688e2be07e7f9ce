package dev.lockstep.drills.autoscaling;

/**
 * A kind of host.
 *
 * @param resources what ECS can place tasks on
 */
public record InstanceType(String name, Resources resources) {

  /** A type by its GPUs, with cores and memory in the proportion of a g5.2xlarge. */
  public static InstanceType ofGpus(int gpus) {
    return new InstanceType(
        gpus == 1 ? "g5.2xlarge" : "g5.%dgpu".formatted(gpus),
        new Resources(8192 * gpus, 31_000 * gpus, gpus));
  }
}
