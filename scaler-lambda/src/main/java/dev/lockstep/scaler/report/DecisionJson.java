package dev.lockstep.scaler.report;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.lockstep.scaler.act.StepResult;
import dev.lockstep.scaler.decide.Candidate;
import dev.lockstep.scaler.decide.Plan;
import dev.lockstep.scaler.observe.Demand;
import dev.lockstep.scaler.observe.GroupState;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.observe.Reading;
import dev.lockstep.scaler.observe.ServiceState;
import dev.lockstep.scaler.policy.RequestRate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** A decision for machines: one JSON object on one line, the same in the log and in the reply. */
public final class DecisionJson {
  private DecisionJson() {}

  public static String of(List<Decision> decisions) {
    return write(Map.of("decisions", decisions.stream().map(DecisionJson::fields).toList()));
  }

  static String write(Map<String, ?> fields) {
    try {
      return JSON.std.asString(fields);
    } catch (IOException impossible) {
      throw new UncheckedIOException("strings, numbers and maps always serialize", impossible);
    }
  }

  static Map<String, Object> fields(Decision decision) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("at", decision.at().toString());
    fields.put("service", decision.service());
    fields.put("line", decision.line());
    switch (decision) {
      case Decision.Decided decided -> {
        fields.put("outcome", "decided");
        fields.put("trigger", decided.trigger().summary());
        fields.put("shortfall", decided.shortfall());
        fields.put("observation", observation(decided.observation()));
        fields.put("plan", plan(decided.plan()));
        fields.put("results", decided.results().stream().map(DecisionJson::result).toList());
      }
      case Decision.Blind blind -> {
        fields.put("outcome", "blind");
        fields.put("trigger", blind.trigger().summary());
        fields.put("problems", blind.problems());
      }
      case Decision.Refused refused -> {
        fields.put("outcome", "refused");
        fields.put("problem", refused.problem());
      }
    }
    return fields;
  }

  private static Map<String, Object> observation(Observation observation) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("service", service(observation.service()));
    fields.put("group", group(observation.group()));
    fields.put("demand", demand(observation.demand()));
    observation
        .launchTrouble()
        .ifPresent(trouble ->
            fields.put(
                "launchTrouble",
                Map.of(
                    "failures",
                    trouble.failures(),
                    "latest",
                    trouble.latest().toString(),
                    "message",
                    trouble.message())));
    fields.put("rivals", observation.rivals());
    observation.directives().floor().ifPresent(floor -> fields.put("floor", floor.tagValue()));
    observation.directives().hold().ifPresent(hold -> fields.put("hold", hold.tagValue()));
    fields.put("gaps", observation.gaps());
    return fields;
  }

  private static Map<String, Object> service(ServiceState service) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("desired", service.desired());
    fields.put("running", service.running());
    fields.put("pending", service.pending());
    fields.put("shortage", service.shortage());
    fields.put("deployments", service.deployments());
    return fields;
  }

  private static Map<String, Object> group(GroupState group) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("desired", group.desired());
    fields.put("min", group.bounds().min());
    fields.put("max", group.bounds().max());
    fields.put("inService", group.inService());
    fields.put("onTheWay", group.onTheWay());
    fields.put("registered", reading(group.registered(), Function.identity()));
    return fields;
  }

  private static Map<String, Object> demand(Demand demand) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("stableRps", reading(demand.stable(), RequestRate::perSecond));
    fields.put("panicRps", reading(demand.panic(), RequestRate::perSecond));
    fields.put("recentPeakRps", reading(demand.recentPeak(), RequestRate::perSecond));
    fields.put("p95Ms", reading(demand.p95(), Duration::toMillis));
    return fields;
  }

  private static <T> Map<String, Object> reading(
      Reading<T> reading, Function<T, ? extends Object> value) {
    return switch (reading) {
      case Reading.Known<T>(T known, String source) ->
          Map.of("value", value.apply(known), "source", source);
      case Reading.Unknown<T>(String why) -> Map.of("unknown", why);
    };
  }

  private static Map<String, Object> plan(Plan plan) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("demandRps", plan.sizing().demand().perSecond());
    fields.put(
        "candidates", plan.sizing().candidates().stream().map(DecisionJson::candidate).toList());
    fields.put("rpsPerTask", plan.learned().rate().rate().perSecond());
    fields.put("rpsPerTaskBecause", plan.learned().rate().because());
    fields.put("leadSeconds", plan.learned().leads().cold().toSeconds());
    fields.put("leadBecause", plan.learned().leads().source());
    fields.put("wanted", plan.sizing().wanted());
    fields.put("tasks", plan.sizing().tasks());
    fields.put("hosts", plan.sizing().hosts());
    fields.put(
        "reasons",
        plan.reasons().stream()
            .map(reason -> Map.of("code", reason.code().name(), "sentence", reason.sentence()))
            .toList());
    fields.put("next", plan.next());
    fields.put("dryRun", plan.dryRun());
    return fields;
  }

  private static Map<String, Object> candidate(Candidate candidate) {
    return Map.of(
        "name",
        candidate.name().name().toLowerCase(Locale.ROOT),
        "rps",
        candidate.rate().perSecond(),
        "source",
        candidate.source());
  }

  private static Map<String, Object> result(StepResult result) {
    return Map.of(
        "step", result.step().summary(),
        "outcome", result.outcome().getClass().getSimpleName(),
        "detail", result.outcome().summary());
  }
}
