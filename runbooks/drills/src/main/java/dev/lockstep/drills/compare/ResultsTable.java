package dev.lockstep.drills.compare;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Results as a table for a terminal. */
public final class ResultsTable {
  private ResultsTable() {}

  /** One line a policy at one setting. */
  public static String standings(Results results) {
    String header =
        String.format(
            Locale.ROOT,
            "%-26s %-20s %17s %9s %8s %9s %7s %8s %7s%n",
            "policy",
            "setting",
            "outside 250 ms, %",
            "x optimum",
            "$",
            "waiting",
            "actions",
            "recovery",
            "p95 ms");
    return header
        + results.standings().stream()
            .map(standing -> line(standing, results.experiment().dollarsPerHostHour()))
            .collect(Collectors.joining());
  }

  private static String line(Standing standing, double dollars) {
    Spread violations = standing.violationPercent();
    double waiting =
        standing
            .of(result -> result.pendingTaskSeconds() + result.unplaceableTaskSeconds())
            .median();
    return String.format(
        Locale.ROOT,
        "%-26s %-20s %5.2f %5.2f-%5.2f %9.2f %8.2f %7.0f s %7.0f %6.0f s %7.0f%n",
        standing.policy(),
        standing.knob(),
        violations.median(),
        violations.least(),
        violations.most(),
        standing.vsOptimum().median(),
        standing.hostHours().median() * dollars,
        waiting,
        standing.of(result -> (double) result.scalingActions()).median(),
        standing.of(result -> (double) result.recovery().toSeconds()).median(),
        standing.of(TrialResult::p95Millis).median());
  }

  /** One line a policy: what it gets for the same money, and what the same service costs. */
  public static String frontiers(List<Frontier> frontiers) {
    String header =
        String.format(
            Locale.ROOT,
            "%-26s %s%n%-26s %9s %9s %9s %9s   %12s %12s%n",
            "",
            "    % outside 250 ms at this x optimum     x optimum for this % outside",
            "policy",
            "1.2 x",
            "1.3 x",
            "1.5 x",
            "2.0 x",
            "1 %",
            "0.5 %");
    return header + frontiers.stream().map(ResultsTable::line).collect(Collectors.joining());
  }

  private static String line(Frontier frontier) {
    return String.format(
        Locale.ROOT,
        "%-26s %9s %9s %9s %9s   %12s %12s%n",
        frontier.policy(),
        text(frontier.violationsAt(1.2)),
        text(frontier.violationsAt(1.3)),
        text(frontier.violationsAt(1.5)),
        text(frontier.violationsAt(2.0)),
        text(frontier.costAt(1)),
        text(frontier.costAt(0.5)));
  }

  private static String text(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.2f", value.getAsDouble()) : "-";
  }
}
