package dev.lockstep.drills.account;

import java.time.Duration;

/**
 * The names and the slowness of a simulated account.
 *
 * @param gpusPerHost whole GPUs of a host
 * @param gpusPerTask whole GPUs of a task
 * @param hosts hosts that are there at the start
 * @param maxHosts the group's MaxSize
 * @param tasks tasks that serve at the start
 * @param hostBoot from a launch to the agent's registration with ECS
 * @param imagePull from a task's placement to RUNNING
 * @param modelLoad from RUNNING to passing the load balancer's health check
 */
public record AccountSettings(
    int gpusPerHost,
    int gpusPerTask,
    int hosts,
    int maxHosts,
    int tasks,
    Duration hostBoot,
    Duration imagePull,
    Duration modelLoad) {

  public static final String CLUSTER = "gpu";
  public static final String SERVICE = "embed";
  public static final String GROUP = "gpu-hosts";
  public static final String LOAD_BALANCER = "app/lockstep/50dc6c495c0c9188";
  public static final String TARGET_GROUP = "targetgroup/embed/73e2d6bc24d8a067";
  public static final String REGION = "eu-west-1";
  public static final String ACCOUNT_ID = "111122223333";

  public AccountSettings {
    if (gpusPerTask < 1 || gpusPerHost < gpusPerTask) {
      throw new IllegalArgumentException(
          "a task of %d GPUs never fits a host of %d".formatted(gpusPerTask, gpusPerHost));
    }
    if (hosts > maxHosts) {
      throw new IllegalArgumentException(
          "%d hosts at the start exceed the group's MaxSize %d".formatted(hosts, maxHosts));
    }
  }

  /** From ordering a host to a task serving on it. */
  public Duration lead() {
    return hostBoot.plus(imagePull).plus(modelLoad);
  }
}
