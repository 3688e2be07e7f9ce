package dev.lockstep.scaler.report;

import dev.lockstep.scaler.decide.LeadTimes;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.observe.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes each decision as two log lines: a sentence for people, and one JSON object for machines
 * that CloudWatch Logs also reads as metrics (embedded metric format), so that publishing a metric
 * costs no API call.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
public final class DecisionLog {
  private static final String NAMESPACE = "Lockstep";
  private static final double SECONDS_A_MINUTE = 60;
  private static final double MINUTES_A_DAY = 24 * 60;

  private final Consumer<String> lines;

  /**
   * A log of decisions.
   *
   * @param lines takes one line at a time, without its end
   */
  public DecisionLog(Consumer<String> lines) {
    this.lines = lines;
  }

  public void write(Decision decision) {
    lines.accept("%s %s".formatted(decision.service(), decision.line()));
    Map<String, Object> fields = new LinkedHashMap<>();
    List<Metric> metrics = metrics(decision);
    fields.put("_aws", header(decision, metrics));
    fields.put("Service", decision.service());
    metrics.forEach(metric -> fields.put(metric.name(), metric.value()));
    fields.put("decision", DecisionJson.fields(decision));
    lines.accept(DecisionJson.write(fields));
  }

  private record Metric(String name, String unit, double value) {}

  private static List<Metric> metrics(Decision decision) {
    return switch (decision) {
      case Decision.Decided decided -> metrics(decided);
      case Decision.Blind _ -> List.of(new Metric("BlindRuns", "Count", 1));
      case Decision.Refused _ -> List.of(new Metric("RefusedTriggers", "Count", 1));
    };
  }

  private static List<Metric> metrics(Decision.Decided decided) {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(new Metric("DesiredTasks", "Count", decided.plan().sizing().tasks()));
    metrics.add(new Metric("DesiredHosts", "Count", decided.plan().sizing().hosts()));
    metrics.add(new Metric("RunningTasks", "Count", decided.observation().service().running()));
    metrics.add(new Metric("ShortfallTasks", "Count", decided.shortfall()));
    metrics.add(
        new Metric(
            "EffectiveRpsPerTask",
            "Count/Second",
            decided.plan().learned().rate().rate().perSecond()));
    metrics.addAll(leadTimes(decided.plan().learned().leads()));
    metrics.add(
        new Metric("RefusedRequests", "Count", decided.observation().experience().refused()));
    metrics.add(new Metric("DecisionLatency", "Milliseconds", decided.took().toMillis()));
    metrics.addAll(warnings(decided.observation()));
    if (!decided.plan().sizing().candidates().isEmpty()) {
      metrics.add(
          new Metric(
              "ForecastDemand", "Count/Second", decided.plan().sizing().demand().perSecond()));
    }
    return List.copyOf(metrics);
  }

  /** What nobody but the brain sees and somebody should be told of. */
  private static List<Metric> warnings(Observation seen) {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(new Metric("SecondControllers", "Count", seen.rivals().size()));
    double deploying =
        seen.service().deploying()
            ? seen.service().deployedAt().map(since -> minutes(since, seen.at())).orElse(0.0)
            : 0;
    metrics.add(new Metric("DeploymentMinutes", "None", deploying));
    seen.group()
        .known()
        .map(Registration::registeredAt)
        // What ECS does not say is the epoch, and no age.
        .filter(Instant.EPOCH::isBefore)
        .min(Comparator.naturalOrder())
        .ifPresent(oldest ->
            metrics.add(
                new Metric("OldestHostDays", "None", minutes(oldest, seen.at()) / MINUTES_A_DAY)));
    return metrics;
  }

  private static double minutes(Instant since, Instant now) {
    return Duration.between(since, now).toSeconds() / SECONDS_A_MINUTE;
  }

  /** Only what was learned: what is configured must not come back as if it had been. */
  private static List<Metric> leadTimes(LeadTimes leads) {
    List<Metric> metrics = new ArrayList<>();
    if (leads.learned()) {
      metrics.add(new Metric("LeadTimeSeconds", "Seconds", leads.cold().toSeconds()));
      leads
          .warm()
          .ifPresent(
              warm -> metrics.add(new Metric("WarmLeadTimeSeconds", "Seconds", warm.toSeconds())));
    }
    return metrics;
  }

  private static Map<String, Object> header(Decision decision, List<Metric> metrics) {
    List<Map<String, String>> definitions =
        metrics.stream()
            .map(metric -> Map.of("Name", metric.name(), "Unit", metric.unit()))
            .toList();
    return Map.of(
        "Timestamp",
        decision.at().toEpochMilli(),
        "CloudWatchMetrics",
        List.of(
            Map.of(
                "Namespace",
                NAMESPACE,
                "Dimensions",
                List.of(List.of("Service")),
                "Metrics",
                definitions)));
  }
}
