package dev.lockstep.scaler.report;

import dev.lockstep.scaler.act.Outcome;
import dev.lockstep.scaler.act.StepResult;
import dev.lockstep.scaler.decide.Plan;
import dev.lockstep.scaler.decide.Reason;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** What one trigger led to, with every reason. It is logged, measured and returned. */
public sealed interface Decision {

  Instant at();

  /** The service it is about. */
  String service();

  /** One line for people. */
  String line();

  /** Whether the run did its work; where it did not, Lambda is told so and tries again. */
  boolean succeeded();

  /**
   * The fleet was seen and a plan was made; its steps, if any, were carried out.
   *
   * @param took from the trigger's arrival to the last step's result
   */
  record Decided(
      Policy policy,
      Trigger trigger,
      Observation observation,
      Plan plan,
      List<StepResult> results,
      Duration took)
      implements Decision {
    public Decided {
      results = List.copyOf(results);
    }

    @Override
    public Instant at() {
      return observation.at();
    }

    @Override
    public String service() {
      return policy.fleet().service();
    }

    /** Tasks that demand needs and that do not run, also those that are not asked of ECS yet. */
    public int shortfall() {
      return Math.max(0, plan.sizing().wanted() - observation.service().running());
    }

    @Override
    public boolean succeeded() {
      return results.stream().noneMatch(result -> result.outcome() instanceof Outcome.Failed);
    }

    @Override
    public String line() {
      String done =
          results.isEmpty()
              ? "nothing to do"
              : results.stream().map(Decided::line).collect(Collectors.joining(", "));
      String why = plan.reasons().stream().map(Reason::sentence).collect(Collectors.joining("; "));
      return "%s: %s, because %s".formatted(trigger.summary(), done, why);
    }

    private static String line(StepResult result) {
      return switch (result.outcome()) {
        case Outcome.Done _ -> result.step().summary();
        case Outcome.AlreadyThere(String summary) ->
            "%s (already: %s)".formatted(result.step().summary(), summary);
        case Outcome.NotRun(String summary) ->
            "%s (not run: %s)".formatted(result.step().summary(), summary);
        case Outcome.Failed(String summary) ->
            "%s (FAILED: %s)".formatted(result.step().summary(), summary);
      };
    }
  }

  /** Something essential could not be read, so nothing was done. */
  record Blind(Instant at, String service, Trigger trigger, List<String> problems)
      implements Decision {
    public Blind {
      problems = List.copyOf(problems);
    }

    @Override
    public boolean succeeded() {
      return false;
    }

    @Override
    public String line() {
      return "%s: nothing done, because %s"
          .formatted(trigger.summary(), String.join("; ", problems));
    }
  }

  /**
   * The payload, or one record of it, was not understood.
   *
   * @param service the first that the function governs: what was not understood names none
   */
  record Refused(Instant at, String service, String problem) implements Decision {
    @Override
    public boolean succeeded() {
      return false;
    }

    @Override
    public String line() {
      return "refused: " + problem;
    }
  }
}
