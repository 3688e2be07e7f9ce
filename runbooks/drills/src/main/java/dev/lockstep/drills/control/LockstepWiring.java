package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.cloudwatch.Alarm;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.MissingData;
import dev.lockstep.drills.cloudwatch.Statistic;
import dev.lockstep.drills.journal.Names;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Connects an account to the brain as the Terraform module does: the alarm on the request rate of a
 * task, the tick, and the fleet's events.
 */
public final class LockstepWiring {
  private static final Duration FINE_PERIOD = Duration.ofSeconds(10);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final double P95 = 95;
  private static final double MILLIS_A_SECOND = 1000;

  /** What the service does not see of the budget: load balancer and network. */
  private static final double NETWORK_MILLIS = 35;

  private LockstepWiring() {}

  /** The brain's configuration in every drill, with a minimum and a maximum to be added. */
  public static Map<String, String> environment(Duration lead) {
    return Map.ofEntries(
        Map.entry("LOCKSTEP_CLUSTER", Names.CLUSTER),
        Map.entry("LOCKSTEP_SERVICE", Names.SERVICE),
        Map.entry("LOCKSTEP_ASG", Names.GROUP),
        Map.entry("LOCKSTEP_LOAD_BALANCER", Names.LOAD_BALANCER),
        Map.entry("LOCKSTEP_TARGET_GROUP", Names.TARGET_GROUP),
        Map.entry("LOCKSTEP_RPS_PER_TASK", "8"),
        Map.entry("LOCKSTEP_P95_BUDGET_MS", "250"),
        Map.entry("LOCKSTEP_GPUS_PER_TASK", "1"),
        Map.entry("LOCKSTEP_GPUS_PER_HOST", "1"),
        Map.entry("LOCKSTEP_MIN_TASKS", "2"),
        Map.entry("LOCKSTEP_MAX_TASKS", "8"),
        Map.entry("LOCKSTEP_MIN_HOSTS", "2"),
        Map.entry("LOCKSTEP_MAX_HOSTS", "8"),
        Map.entry("LOCKSTEP_MAX_STEP_HOSTS", "6"),
        Map.entry("LOCKSTEP_SPARE", "0 tasks"),
        Map.entry("LOCKSTEP_LEAD_SECONDS", String.valueOf(lead.toSeconds())),
        Map.entry("LOCKSTEP_FORECAST", "true"),
        Map.entry("LOCKSTEP_SCHEDULE", "none"),
        Map.entry("LOCKSTEP_TASK_RELEASE", "on-registration"),
        Map.entry("LOCKSTEP_DRY_RUN", "false"));
  }

  /**
   * Calls the controller on the four alarms that scale, at every tick and at every fleet event.
   *
   * @param tick how often the scheduler calls
   */
  public static void connect(Account account, Controller controller, Policy policy, Duration tick) {
    double rate = policy.ratePerTask().perSecond();
    double budgetMillis = policy.p95Budget().toMillis();
    Stream.of(
            fine(
                "demand",
                MetricName.ofService("Arrivals"),
                new Statistic.Average(),
                rate * FINE_PERIOD.toSeconds()),
            minute(
                "demand-fallback",
                MetricName.ofTargetGroup("RequestCountPerTarget"),
                new Statistic.Sum(),
                rate * MINUTE.toSeconds()),
            fine(
                "latency",
                MetricName.ofService("Latency"),
                new Statistic.Percentile(P95),
                budgetMillis - NETWORK_MILLIS),
            minute(
                "latency-fallback",
                MetricName.ofLoadBalancer("TargetResponseTime"),
                new Statistic.Percentile(P95),
                budgetMillis / MILLIS_A_SECOND))
        .forEach(rule -> account.watch(rule, controller::receive));
    account.schedule(tick, controller::receive);
    account.subscribe(controller::receive);
  }

  private static Alarm.Rule fine(
      String name, MetricName metric, Statistic statistic, double threshold) {
    return rule(name, metric, statistic, FINE_PERIOD, threshold, 2, 3);
  }

  private static Alarm.Rule minute(
      String name, MetricName metric, Statistic statistic, double threshold) {
    return rule(name, metric, statistic, MINUTE, threshold, 1, 1);
  }

  private static Alarm.Rule rule(
      String name,
      MetricName metric,
      Statistic statistic,
      Duration period,
      double threshold,
      int breaching,
      int periods) {
    return new Alarm.Rule(
        name,
        metric,
        statistic,
        period,
        Alarm.Comparison.ABOVE,
        threshold,
        breaching,
        periods,
        MissingData.MISSING,
        // A percentile of few requests says nothing; no other statistic needs many.
        statistic instanceof Statistic.Percentile
            ? Alarm.LowSamples.IGNORE
            : Alarm.LowSamples.EVALUATE);
  }
}
