package dev.lockstep.drills.control;

import static dev.lockstep.drills.cloudwatch.Alarm.Comparison.ABOVE;
import static dev.lockstep.drills.cloudwatch.Alarm.Comparison.AT_OR_ABOVE;
import static dev.lockstep.drills.cloudwatch.Alarm.Comparison.BELOW;
import static dev.lockstep.drills.cloudwatch.MissingData.BREACHING;
import static dev.lockstep.drills.cloudwatch.MissingData.IGNORE;
import static dev.lockstep.drills.cloudwatch.MissingData.NOT_BREACHING;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.Listener;
import dev.lockstep.drills.cloudwatch.Alarm;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.MissingData;
import dev.lockstep.drills.cloudwatch.Statistic;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The alarms of the Terraform module that tell people, by its names without the prefix. A test
 * compares them with {@code infra/alarms.tf}.
 */
public final class ModuleAlarms {
  /** The alarm that rolls a deployment back. */
  public static final String OF_DEPLOYMENTS = "target-errors";

  private static final String OF_THE_CERTIFICATE = "certificate-expiry";

  /** Those that call the brain; {@link LockstepWiring} has them. */
  private static final List<String> TRIGGERS =
      List.of("demand", "demand-fallback", "latency", "latency-fallback");

  /** The module's {@code shortage_minutes}. */
  private static final int SHORTAGE_MINUTES = 15;

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int SOME_ERRORS = 10;
  private static final int MANY_ERRORS = 60;
  private static final int SOME_THROTTLES = 5;
  private static final int STUCK_MINUTES = 45;
  private static final int IDLE_PERCENT = 20;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final int OLD_DAYS = 30;
  private static final int SOON_DAYS = 30;

  private ModuleAlarms() {}

  /**
   * Names of all alarms, those that call the brain too.
   *
   * @param zones of the group
   */
  public static Set<String> names(List<String> zones) {
    return Stream.concat(rules(1, zones).stream().map(Alarm.Rule::name), TRIGGERS.stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Watches an account from now on; ECS listens to the alarm of deployments.
   *
   * @param maxHosts the module's {@code max_hosts}
   */
  public static void watch(Account account, int maxHosts) {
    for (Alarm.Rule rule : rules(maxHosts, account.group().settings().zones())) {
      // The account is older than the drill: what says nothing yet is not silent.
      Duration history =
          rule.missing() == BREACHING ? MINUTE.multipliedBy(rule.periods() + 1L) : Duration.ZERO;
      account
          .timeline()
          .after(history, () -> account.watchForPeople(rule, alarm -> heard(account, alarm)));
    }
  }

  /** What Terraform does to the alarm when the module is given another certificate. */
  public static void useCertificate(Account account, String arn) {
    account.alarms().stream()
        .filter(alarm -> alarm.rule().name().equals(OF_THE_CERTIFICATE))
        .forEach(alarm -> alarm.watch(ModuleMetrics.daysToExpiry(arn)));
  }

  private static void heard(Account account, Alarm alarm) {
    if (alarm.rule().name().equals(OF_DEPLOYMENTS) && alarm.state() == Alarm.State.ALARM) {
      var _ = account.service().rollBack("alarm");
    }
  }

  static List<Alarm.Rule> rules(int maxHosts, List<String> zones) {
    Statistic sum = new Statistic.Sum();
    Statistic minimum = new Statistic.Minimum();
    Statistic maximum = new Statistic.Maximum();
    Statistic count = new Statistic.SampleCount();
    return Stream.concat(
            Stream.of(
                rule("scaler-errors", BrainFunction.ERRORS, sum, ABOVE, 0, 3, NOT_BREACHING),
                rule(
                    "scaler-throttles",
                    BrainFunction.THROTTLES,
                    sum,
                    ABOVE,
                    SOME_THROTTLES,
                    5,
                    NOT_BREACHING),
                rule(
                    "dead-letters",
                    ModuleMetrics.DEAD_LETTERS,
                    maximum,
                    ABOVE,
                    0,
                    1,
                    NOT_BREACHING),
                rule(
                    "tick-silent",
                    MetricName.ofService("DecisionLatency"),
                    count,
                    BELOW,
                    1,
                    5,
                    BREACHING),
                rule(
                    "shortage",
                    MetricName.ofService("ShortfallTasks"),
                    minimum,
                    ABOVE,
                    0,
                    SHORTAGE_MINUTES,
                    IGNORE),
                rule(
                    "second-controller",
                    MetricName.ofService("SecondControllers"),
                    minimum,
                    ABOVE,
                    0,
                    3,
                    IGNORE),
                rule(
                    "deployment-stuck",
                    MetricName.ofService("DeploymentMinutes"),
                    maximum,
                    ABOVE,
                    STUCK_MINUTES,
                    1,
                    IGNORE),
                once(
                    "hosts-old",
                    MetricName.ofService("OldestHostDays"),
                    maximum,
                    HOUR,
                    ABOVE,
                    OLD_DAYS),
                once(
                    OF_THE_CERTIFICATE,
                    ModuleMetrics.daysToExpiry(Listener.FIRST_CERTIFICATE),
                    minimum,
                    DAY,
                    BELOW,
                    SOON_DAYS),
                rule(
                    "hosts-at-maximum",
                    ModuleMetrics.DESIRED,
                    minimum,
                    AT_OR_ABOVE,
                    maxHosts,
                    15,
                    IGNORE),
                rule(
                    "hosts-undelivered",
                    ModuleMetrics.UNDELIVERED,
                    minimum,
                    ABOVE,
                    0,
                    SHORTAGE_MINUTES,
                    IGNORE),
                rule(
                    "hosts-idle",
                    ModuleMetrics.UTILIZATION_ABOVE_MINIMUM,
                    maximum,
                    BELOW,
                    IDLE_PERCENT,
                    30,
                    IGNORE),
                rule("refusals", MetricName.ofService("Refusals"), sum, ABOVE, 0, 5, NOT_BREACHING),
                rule(
                    "metrics-missing",
                    MetricName.ofService("Arrivals"),
                    count,
                    BELOW,
                    1,
                    10,
                    BREACHING),
                rule(
                    OF_DEPLOYMENTS,
                    MetricName.ofLoadBalancer("HTTPCode_Target_5XX_Count"),
                    sum,
                    ABOVE,
                    SOME_ERRORS,
                    2,
                    NOT_BREACHING),
                rule(
                    "load-balancer-errors",
                    MetricName.ofLoadBalancer("HTTPCode_ELB_5XX_Count"),
                    sum,
                    ABOVE,
                    SOME_ERRORS,
                    2,
                    NOT_BREACHING),
                rule(
                    "tls-errors",
                    MetricName.ofLoadBalancer("ClientTLSNegotiationErrorCount"),
                    sum,
                    ABOVE,
                    MANY_ERRORS,
                    3,
                    NOT_BREACHING),
                unhealthyTargets(maximum)),
            zones.stream()
                .map(zone ->
                    rule(
                        "zone-empty-" + zone,
                        ModuleMetrics.emptyZone(zone),
                        minimum,
                        ABOVE,
                        0,
                        5,
                        IGNORE)))
        .toList();
  }

  /**
   * A task that fails is replaced, and its successor is PENDING for a while: not each minute
   * counts.
   */
  private static Alarm.Rule unhealthyTargets(Statistic maximum) {
    return new Alarm.Rule(
        "unhealthy-targets-blue",
        ModuleMetrics.UNHEALTHY,
        maximum,
        MINUTE,
        ABOVE,
        0,
        /* breaching= */ 5,
        /* periods= */ 10,
        NOT_BREACHING);
  }

  /** One long period; what is missing in it changes nothing. */
  private static Alarm.Rule once(
      String name,
      MetricName metric,
      Statistic statistic,
      Duration period,
      Alarm.Comparison comparison,
      double threshold) {
    return new Alarm.Rule(name, metric, statistic, period, comparison, threshold, 1, 1, IGNORE);
  }

  private static Alarm.Rule rule(
      String name,
      MetricName metric,
      Statistic statistic,
      Alarm.Comparison comparison,
      double threshold,
      int minutes,
      MissingData missing) {
    return new Alarm.Rule(
        name, metric, statistic, MINUTE, comparison, threshold, minutes, minutes, missing);
  }
}
