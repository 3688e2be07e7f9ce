package dev.lockstep.drills.compare;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.LongStream;

/** Results as JSON: medians by the names that other tools rely on, and how far seeds lie apart. */
public final class ResultsJson {
  private static final double[] COSTS = {1.2, 1.3, 1.5, 2.0};
  private static final double[] VIOLATIONS = {1.0, 0.5};

  private ResultsJson() {}

  /**
   * Writes a file.
   *
   * @throws UncheckedIOException when it cannot be written
   */
  public static void write(Results results, Path file) {
    try {
      JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).write(document(results), file.toFile());
    } catch (IOException failed) {
      throw new UncheckedIOException("the results cannot be written to " + file, failed);
    }
  }

  /** The document as maps and lists. */
  static Map<String, Object> document(Results results) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("trace", results.experiment().workload().name());
    document.put("meanRps", results.experiment().workload().meanRate());
    document.put("leadSeconds", results.experiment().lead().median().toSeconds());
    document.put("dollarsPerHostHour", results.experiment().dollarsPerHostHour());
    document.put("metrics", results.experiment().finePublished() ? "fine" : "minute");
    document.put("seeds", LongStream.rangeClosed(1, results.seeds()).boxed().toList());
    document.put(
        "results",
        results.standings().stream()
            .map(standing -> standing(standing, results.experiment().dollarsPerHostHour()))
            .toList());
    document.put("frontier", results.frontiers().stream().map(ResultsJson::frontier).toList());
    return document;
  }

  private static Map<String, Object> standing(Standing standing, double dollars) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("policy", standing.policy());
    entry.put("knob", standing.knob());
    entry.put("violationPercent", standing.violationPercent().median());
    entry.put("pendingTaskSeconds", standing.of(one -> one.waiting().pending()).median());
    entry.put("provisioningTaskSeconds", standing.of(one -> one.waiting().provisioning()).median());
    entry.put("unplaceableTaskSeconds", standing.of(one -> one.waiting().unplaceable()).median());
    entry.put(
        "prolongedPendingTaskSeconds", standing.of(one -> one.waiting().prolonged()).median());
    entry.put("hostHours", standing.hostHours().median());
    entry.put("dollars", standing.hostHours().median() * dollars);
    entry.put("hostHoursVsOptimum", standing.vsOptimum().median());
    entry.put("scalingActions", standing.of(one -> (double) one.scalingActions()).median());
    entry.put("recoverySeconds", standing.of(one -> (double) one.recovery().toSeconds()).median());
    entry.put("p95Ms", standing.of(TrialResult::p95Millis).median());
    entry.put(
        "spread",
        Map.of(
            "violationPercent", ends(standing.violationPercent()),
            "hostHoursVsOptimum", ends(standing.vsOptimum()),
            "prolongedPendingTaskSeconds", ends(standing.of(one -> one.waiting().prolonged()))));
    return entry;
  }

  private static List<Double> ends(Spread spread) {
    return List.of(spread.least(), spread.most());
  }

  private static Map<String, Object> frontier(Frontier frontier) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("policy", frontier.policy());
    Map<String, Object> violations = new LinkedHashMap<>();
    for (double cost : COSTS) {
      put(violations, String.valueOf(cost), frontier.violationsAt(cost));
    }
    entry.put("violationPercentAtHostHoursVsOptimum", violations);
    Map<String, Object> costs = new LinkedHashMap<>();
    for (double percent : VIOLATIONS) {
      put(costs, String.valueOf(percent), frontier.costAt(percent));
    }
    entry.put("hostHoursVsOptimumAtViolationPercent", costs);
    return entry;
  }

  /** What no setting reaches is left out. */
  private static void put(Map<String, Object> entry, String key, OptionalDouble value) {
    if (value.isPresent()) {
      entry.put(key, value.getAsDouble());
    }
  }
}
