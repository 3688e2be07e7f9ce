package dev.lockstep.drills.ecs;

import dev.lockstep.drills.autoscaling.Resources;
import dev.lockstep.drills.time.Delay;

/**
 * A service as it was created.
 *
 * @param each what one task needs
 * @param initial tasks that serve at the start
 * @param imagePull from a task's placement to RUNNING
 * @param modelLoad from RUNNING to passing the load balancer's health check
 */
public record ServiceSettings(
    Resources each,
    int initial,
    Delay imagePull,
    Delay modelLoad,
    Strategy strategy,
    Placement placement) {

  public ServiceSettings {
    if (initial < 0) {
      throw new IllegalArgumentException("a service has 0 or more tasks, not " + initial);
    }
  }

  /** A rolling service on plain EC2 placement. */
  public static ServiceSettings of(int gpus, int initial, Delay imagePull, Delay modelLoad) {
    return new ServiceSettings(
        new Resources(4096 * gpus, 14_000 * gpus, gpus),
        initial,
        imagePull,
        modelLoad,
        Strategy.Rolling.DEFAULT,
        Placement.Plain.DEFAULT);
  }

  public ServiceSettings withInitial(int tasks) {
    return new ServiceSettings(each, tasks, imagePull, modelLoad, strategy, placement);
  }

  public ServiceSettings withSlowness(Delay pull, Delay load) {
    return new ServiceSettings(each, initial, pull, load, strategy, placement);
  }

  public ServiceSettings withStrategy(Strategy other) {
    return new ServiceSettings(each, initial, imagePull, modelLoad, other, placement);
  }

  public ServiceSettings withPlacement(Placement other) {
    return new ServiceSettings(each, initial, imagePull, modelLoad, strategy, other);
  }
}
