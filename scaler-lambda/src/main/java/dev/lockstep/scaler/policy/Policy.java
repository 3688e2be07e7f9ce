package dev.lockstep.scaler.policy;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the operator wants of one service and its hosts. Typed and checked once, when the function
 * starts, so that a bad value stops the deployment and never a scaling decision.
 *
 * @param fleet the names of what is governed
 * @param ratePerTask {@code mu}: what one task sustains inside the latency budget
 * @param p95Budget the latency budget at the 95th percentile
 * @param gpus how tasks pack on hosts
 * @param tasks bounds of the service's desired count
 * @param hosts bounds of the group's desired capacity
 * @param maxStepHosts the most hosts one run may add
 * @param spare what is kept ready beyond what demand itself needs
 * @param leadTime {@code L}: from ordering a host to a task serving on it
 * @param forecast whether demand that recurs is prepared for
 * @param schedule demand that is known beforehand
 * @param release how far tasks may run ahead of their hosts
 * @param dryRun decide and report, change nothing
 */
public record Policy(
    Fleet fleet,
    RequestRate ratePerTask,
    Duration p95Budget,
    GpuShape gpus,
    Bounds tasks,
    Bounds hosts,
    int maxStepHosts,
    Spare spare,
    Duration leadTime,
    boolean forecast,
    Schedule schedule,
    TaskRelease release,
    boolean dryRun) {

  public Policy {
    require(ratePerTask.perSecond() > 0, Setting.RPS_PER_TASK, ratePerTask.perSecond());
    require(p95Budget.isPositive(), Setting.P95_BUDGET_MS, p95Budget.toMillis());
    require(maxStepHosts >= 1, Setting.MAX_STEP_HOSTS, maxStepHosts);
    require(leadTime.isPositive(), Setting.LEAD_SECONDS, leadTime.toSeconds());
    if (schedule.mostTasks() > tasks.max()) {
      throw new InvalidPolicyException(
          "%s keeps %d tasks but %s is %d"
              .formatted(
                  Setting.SCHEDULE.variable(),
                  schedule.mostTasks(),
                  Setting.MAX_TASKS.variable(),
                  tasks.max()));
    }
    int needed = gpus.hostsFor(tasks.max());
    if (hosts.max() < needed) {
      throw new InvalidPolicyException(
          "%s is %d but %d tasks at %d a host need %d hosts; raise it or lower %s"
              .formatted(
                  Setting.MAX_HOSTS.variable(),
                  hosts.max(),
                  tasks.max(),
                  gpus.tasksPerHost(),
                  needed,
                  Setting.MAX_TASKS.variable()));
    }
  }

  /**
   * Reads a policy from environment variables, see {@link Setting}.
   *
   * @throws InvalidPolicyException naming the variable, what it held and what it may hold
   */
  public static Policy fromEnvironment(Map<String, String> environment) {
    return new Policy(
        named(
            "LOCKSTEP_LOAD_BALANCER, LOCKSTEP_TARGET_GROUP",
            () ->
                new Fleet(
                    Setting.CLUSTER.text(environment),
                    Setting.SERVICE.text(environment),
                    Setting.ASG.text(environment),
                    Setting.LOAD_BALANCER.text(environment),
                    Setting.TARGET_GROUP.list(environment).stream().map(Colour::parse).toList())),
        named(
            Setting.RPS_PER_TASK.variable(),
            () -> new RequestRate(Setting.RPS_PER_TASK.number(environment))),
        Duration.ofMillis(Setting.P95_BUDGET_MS.wholeNumber(environment)),
        named(
            "LOCKSTEP_GPUS_PER_TASK, LOCKSTEP_GPUS_PER_HOST",
            () ->
                new GpuShape(
                    Setting.GPUS_PER_TASK.wholeNumber(environment),
                    Setting.GPUS_PER_HOST.wholeNumber(environment))),
        bounds(Setting.MIN_TASKS, Setting.MAX_TASKS, environment),
        bounds(Setting.MIN_HOSTS, Setting.MAX_HOSTS, environment),
        Setting.MAX_STEP_HOSTS.wholeNumber(environment),
        Spare.from(environment),
        Duration.ofSeconds(Setting.LEAD_SECONDS.wholeNumber(environment)),
        Setting.FORECAST.flag(environment),
        Schedule.parse(Setting.SCHEDULE.text(environment)),
        TaskRelease.from(environment),
        Setting.DRY_RUN.flag(environment));
  }

  /** The same policy with what was learned in place of what is configured. */
  public Policy learned(RequestRate rate, Duration lead) {
    return new Policy(
        fleet,
        rate,
        p95Budget,
        gpus,
        tasks,
        hosts,
        maxStepHosts,
        spare,
        lead,
        forecast,
        schedule,
        release,
        dryRun);
  }

  private static Bounds bounds(Setting min, Setting max, Map<String, String> environment) {
    return named(
        min.variable() + ", " + max.variable(),
        () -> new Bounds(min.wholeNumber(environment), max.wholeNumber(environment)));
  }

  /** Says which variables a value object was made from when it refuses them. */
  private static <T> T named(String variables, Supplier<T> value) {
    try {
      return value.get();
    } catch (InvalidPolicyException alreadyNamed) {
      throw alreadyNamed;
    } catch (IllegalArgumentException refused) {
      throw new InvalidPolicyException(variables + ": " + refused.getMessage());
    }
  }

  private static void require(boolean holds, Setting setting, Number seen) {
    if (!holds) {
      throw new InvalidPolicyException(
          "%s is %s; it is %s".formatted(setting.variable(), seen, setting.meaning()));
    }
  }
}
