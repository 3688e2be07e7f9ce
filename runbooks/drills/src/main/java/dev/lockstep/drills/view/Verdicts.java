package dev.lockstep.drills.view;

import dev.lockstep.scaler.act.Outcome;
import dev.lockstep.scaler.act.StepResult;
import dev.lockstep.scaler.decide.Reason;
import dev.lockstep.scaler.report.Decision;
import java.util.List;

/** Decisions as they are shown. */
final class Verdicts {
  private Verdicts() {}

  static Snapshot.Verdict of(Decision decision, long number, double second) {
    return switch (decision) {
      case Decision.Decided decided ->
          new Snapshot.Verdict(
              number,
              second,
              decided.trigger().summary(),
              decided.results().stream().map(Verdicts::line).toList(),
              decided.plan().reasons().stream().map(Reason::sentence).toList(),
              !decided.succeeded());
      case Decision.Blind blind ->
          new Snapshot.Verdict(
              number, second, blind.trigger().summary(), List.of(), blind.problems(), true);
      case Decision.Refused refused ->
          new Snapshot.Verdict(
              number, second, "refused", List.of(), List.of(refused.problem()), true);
    };
  }

  private static String line(StepResult result) {
    String step = result.step().summary();
    return switch (result.outcome()) {
      case Outcome.Done _ -> step;
      case Outcome.AlreadyThere(String summary) -> "%s (already: %s)".formatted(step, summary);
      case Outcome.NotRun(String summary) -> "%s (not run: %s)".formatted(step, summary);
      case Outcome.Failed(String summary) -> "%s (FAILED: %s)".formatted(step, summary);
    };
  }
}
