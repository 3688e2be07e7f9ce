package dev.lockstep.drills.compare;

import dev.lockstep.drills.drill.Waiting;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Results as a table for a terminal. */
public final class ResultsTable {
  private ResultsTable() {}

  /** One line a policy at one setting. */
  public static String standings(Results results) {
    String header =
        String.format(
            Locale.ROOT,
            """
            %-47s %27s %18s %29s
            %-26s %-20s %27s %9s %8s %9s %9s %9s %7s %7s %8s %7s
            """,
            "",
            "outside 250 ms, %",
            "",
            "task-seconds not running",
            "policy",
            "setting",
            "median, least-most",
            "x optimum",
            "$",
            "PENDING",
            "PROVISION",
            "unplaced",
            "beyond",
            "actions",
            "recovery",
            "p95 ms");
    return header
        + results.standings().stream()
            .map(standing -> line(standing, results.experiment().dollarsPerHostHour()))
            .collect(Collectors.joining())
        + """
        unplaced: asked for and not existing. beyond: without a host and none on its way in time, the worst seed
        """;
  }

  private static String line(Standing standing, double dollars) {
    Spread violations = standing.violationPercent();
    return String.format(
        Locale.ROOT,
        "%-26s %-20s %8s %18s %9.2f %8.2f %9.0f %9.0f %9.0f %7.0f %7.0f %6.0f s %7.0f%n",
        standing.policy(),
        standing.knob(),
        Figures.of(violations.median()),
        Figures.of(violations.least()) + "-" + Figures.of(violations.most()),
        standing.vsOptimum().median(),
        standing.hostHours().median() * dollars,
        waiting(standing, Waiting::pending).median(),
        waiting(standing, Waiting::provisioning).median(),
        waiting(standing, Waiting::unplaceable).median(),
        waiting(standing, Waiting::prolonged).most(),
        standing.of(result -> (double) result.scalingActions()).median(),
        standing.of(result -> (double) result.recovery().toSeconds()).median(),
        standing.of(TrialResult::p95Millis).median());
  }

  private static Spread waiting(Standing standing, ToDoubleFunction<Waiting> kind) {
    return standing.of(result -> kind.applyAsDouble(result.waiting()));
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
        Figures.of(frontier.violationsAt(1.2)),
        Figures.of(frontier.violationsAt(1.3)),
        Figures.of(frontier.violationsAt(1.5)),
        Figures.of(frontier.violationsAt(2.0)),
        Figures.of(frontier.costAt(1)),
        Figures.of(frontier.costAt(0.5)));
  }
}
