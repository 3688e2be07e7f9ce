package dev.lockstep.drills.soak;

import dev.lockstep.drills.live.Answers;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a soak has passed, rule by rule.
 *
 * <ol>
 *   <li>Every request has an end: nothing is under way when everybody has been asked.
 *   <li>Nothing that a task accepted is lost, except with a host or a task that the plan killed.
 *   <li>The stack itself had no problem: no event of the account failed, no task could not start.
 *   <li>After the last mishap the fleet is whole again: every task that is asked for serves.
 *   <li>The soak was one: users sent what the demand brings, some of it was served, and every
 *       mishap of the plan happened.
 *   <li>The process holds no more than before, see {@link LeakCheck}.
 * </ol>
 */
record Verdict(List<Rule> rules) {
  /** One rule, whether it holds, and what it was told from. */
  record Rule(boolean holds, String text) {
    String line() {
      return (holds ? "ok    " : "FAIL  ") + text;
    }
  }

  /**
   * What is left of a run when it is over.
   *
   * @param due requests that the demand brings, but for chance
   * @param problems of the stack itself
   * @param serving tasks at the end of the calm that ends a soak
   * @param asked for then
   * @param planned mishaps
   * @param happened of those
   * @param kills mishaps that kill a host or a task
   */
  record Facts(
      Answers.Counts answers,
      double due,
      int problems,
      int serving,
      int asked,
      int planned,
      int happened,
      long kills) {}

  /** Chance takes some, and so do the moments before the first and after the last request. */
  private static final double SENT_SHARE = 0.9;

  Verdict {
    rules = List.copyOf(rules);
  }

  static Verdict of(Facts facts, List<LeakCheck.Finding> findings) {
    Answers.Counts answers = facts.answers();
    List<Rule> rules = new ArrayList<>();
    rules.add(
        new Rule(
            answers.underWay() == 0,
            "%d requests sent, %d without an end".formatted(answers.sent(), answers.underWay())));
    rules.add(
        new Rule(
            answers.lost() == 0,
            "%d served, %d refused, %d came while no task was healthy, %d lost%s"
                .formatted(
                    answers.served(),
                    answers.refused(),
                    answers.unrouted(),
                    answers.lost(),
                    answers.how().isEmpty() ? "" : ": " + answers.how())));
    rules.add(
        new Rule(
            answers.killed() == 0 || facts.kills() > 0,
            "%d ended with the %d hosts and tasks that were killed"
                .formatted(answers.killed(), facts.kills())));
    rules.add(
        new Rule(facts.problems() == 0, "%d problems of the stack".formatted(facts.problems())));
    rules.add(
        new Rule(
            facts.asked() > 0 && facts.serving() == facts.asked(),
            "%d of %d tasks serve at the end".formatted(facts.serving(), facts.asked())));
    rules.add(
        new Rule(
            answers.sent() >= facts.due() * SENT_SHARE,
            "%d of about %.0f requests that the demand brings were sent"
                .formatted(answers.sent(), facts.due())));
    rules.add(
        new Rule(
            answers.served() > 0 && facts.happened() == facts.planned(),
            "%d of %d mishaps happened".formatted(facts.happened(), facts.planned())));
    findings.forEach(finding -> rules.add(new Rule(!finding.leaks(), finding.text())));
    return new Verdict(rules);
  }

  boolean passed() {
    return rules.stream().allMatch(Rule::holds);
  }
}
