package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.LaunchTrouble;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What will happen next, for whoever reads a decision in the middle of an incident. */
final class Outlook {
  private Outlook() {}

  static String next(Draft draft, List<Step> steps) {
    Set<Reason.Code> codes =
        draft.reasons().stream().map(Reason::code).collect(Collectors.toUnmodifiableSet());
    if (codes.contains(Reason.Code.OBSERVE_ONLY)) {
      return "the next tick acts on what it sees then";
    }
    if (codes.contains(Reason.Code.SECOND_CONTROLLER)) {
      return "nothing, until the other controller is off";
    }
    if (codes.contains(Reason.Code.HELD)) {
      return "nothing, until the hold lapses or is released";
    }
    if (codes.contains(Reason.Code.LAUNCHES_FAIL)) {
      return draft
          .observation()
          .launchTrouble()
          .map(LaunchTrouble::waitsUntil)
          .map("more hosts are asked for again from %s on"::formatted)
          .orElseThrow();
    }
    return ofSteps(draft, steps, codes);
  }

  private static String ofSteps(Draft draft, List<Step> steps, Set<Reason.Code> codes) {
    if (steps.stream().anyMatch(Step.RaiseHosts.class::isInstance)) {
      return "the hosts are expected to serve by %s%s"
          .formatted(
              draft.observation().at().plus(draft.policy().leadTime()),
              codes.contains(Reason.Code.STEP) ? ", and the next run adds more" : "");
    }
    if (codes.contains(Reason.Code.WAITING_FOR_HOSTS)) {
      return "further tasks are asked for as their hosts register";
    }
    if (steps.stream().anyMatch(Step.RaiseTasks.class::isInstance)) {
      return "the tasks start on hosts that are there or on the way";
    }
    if (codes.contains(Reason.Code.LOWERING)) {
      return "later runs take away what is still too much, hosts once they are empty";
    }
    return codes.contains(Reason.Code.FROZEN)
        ? "what is too much is taken away once that has passed"
        : "each tick looks again";
  }
}
