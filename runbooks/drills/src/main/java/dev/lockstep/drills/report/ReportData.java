package dev.lockstep.drills.report;

import dev.lockstep.drills.compare.Experiment;
import dev.lockstep.drills.compare.Frontier;
import dev.lockstep.drills.compare.Recording;
import dev.lockstep.drills.compare.Results;
import dev.lockstep.drills.compare.Standing;
import dev.lockstep.drills.compare.TrialResult;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What the page's script reads. */
final class ReportData {
  private static final double[] COSTS = {1.2, 1.3, 1.5, 2.0};
  private static final double[] VIOLATIONS = {1.0, 0.5};

  /** More than anybody reads, and a page that still opens. */
  private static final int MOST_DECISIONS = 1500;

  private ReportData() {}

  static Map<String, Object> of(Results results, List<Portrait> portraits) {
    return Map.of(
        "budgetMillis",
        Experiment.BUDGET.toMillis(),
        "frontier",
        results.frontiers().stream().map(ReportData::frontier).toList(),
        "standings",
        results.standings().stream()
            .map(standing -> standing(standing, results.experiment().dollarsPerHostHour()))
            .toList(),
        "recordings",
        portraits.stream().map(ReportData::portrait).toList());
  }

  private static Map<String, Object> frontier(Frontier frontier) {
    return Map.of(
        "policy", frontier.policy(),
        "envelope",
            frontier.envelope().stream()
                .map(point ->
                    Map.of(
                        "knob", point.knob(),
                        "cost", point.cost(),
                        "violationPercent", point.violationPercent()))
                .toList(),
        "violations", reached(COSTS, frontier::violationsAt),
        "costs", reached(VIOLATIONS, frontier::costAt));
  }

  private interface Reading {
    OptionalDouble at(double value);
  }

  private static Map<String, Object> reached(double[] values, Reading reading) {
    Map<String, Object> reached = new LinkedHashMap<>();
    Arrays.stream(values)
        .forEach(value ->
            reading.at(value).ifPresent(found -> reached.put(String.valueOf(value), found)));
    return reached;
  }

  private static Map<String, Object> standing(Standing standing, double dollars) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("policy", standing.policy());
    entry.put("knob", standing.knob());
    entry.put("violationPercent", standing.violationPercent().median());
    entry.put(
        "spread", List.of(standing.violationPercent().least(), standing.violationPercent().most()));
    entry.put("vsOptimum", standing.vsOptimum().median());
    entry.put("dollars", standing.hostHours().median() * dollars);
    entry.put("pending", standing.of(one -> one.waiting().pending()).median());
    entry.put("provisioning", standing.of(one -> one.waiting().provisioning()).median());
    entry.put("unplaceable", standing.of(one -> one.waiting().unplaceable()).median());
    entry.put("prolonged", standing.of(one -> one.waiting().prolonged()).most());
    entry.put("actions", standing.of(one -> (double) one.scalingActions()).median());
    entry.put("recovery", standing.of(one -> (double) one.recovery().toSeconds()).median());
    entry.put("p95", standing.of(TrialResult::p95Millis).median());
    return entry;
  }

  private static Map<String, Object> portrait(Portrait portrait) {
    return Map.of(
        "policy", portrait.policy(),
        "about", portrait.about(),
        "knob", portrait.knob(),
        "samples", portrait.recording().samples().stream().map(ReportData::sample).toList(),
        "decisions",
            portrait.recording().decisions().stream()
                .limit(MOST_DECISIONS)
                .map(decision ->
                    Map.of("second", decision.since().toSeconds(), "line", decision.line()))
                .toList());
  }

  /** By position, as the script expects it. */
  private static List<Double> sample(Recording.Sample sample) {
    return List.of(
        (double) sample.second(),
        rounded(sample.demand()),
        rounded(sample.capacity()),
        (double) sample.tasksDesired(),
        (double) sample.tasksServing(),
        (double) sample.tasksWaiting(),
        (double) sample.hostsDesired(),
        (double) sample.hostsPaid(),
        (double) sample.hostsReady(),
        rounded(sample.p95Millis().orElse(0)),
        (double) sample.tasksPending(),
        (double) sample.tasksUnplaced());
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
