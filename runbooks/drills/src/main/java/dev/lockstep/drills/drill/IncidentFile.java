package dev.lockstep.drills.drill;

import dev.lockstep.drills.claim.Claim;
import dev.lockstep.drills.claim.ClaimNotation;
import dev.lockstep.drills.control.BrainFunction;
import dev.lockstep.drills.control.ModuleAlarms;
import dev.lockstep.drills.operator.CliCommand;
import dev.lockstep.drills.operator.Console;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.trigger.Parsed;
import dev.lockstep.scaler.trigger.PayloadParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a page's drill: a scenario file that also has the page, what people type and what the page
 * claims.
 *
 * <pre>
 * page: no-gpu-capacity
 * settings: {max_hosts: 12, max_tasks: 12}
 * somebody:
 *   - {at: 2:00, run: aws ... , with: {POLICY: "@policy"}}
 * operator:
 *   - at: 20:00
 *     run: aws lambda invoke --function-name "$SCALER" --payload '{"action":"release"}' /dev/stdout
 * claims:
 *   - alarm hosts-undelivered goes to ALARM by 25:00
 *   - recovers by 40:00
 * </pre>
 *
 * <p>Times are minutes and seconds (which YAML itself reads as seconds). A command is one that
 * {@link Console} knows, and one that the page prints, which a test checks.
 */
public final class IncidentFile {
  private static final Pattern PAGE = Pattern.compile("[a-z][a-z0-9-]*");

  private IncidentFile() {}

  /**
   * Reads a file.
   *
   * @throws ScenarioException when it cannot be read or played, naming the field
   */
  public static Incident read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException unreadable) {
      throw new ScenarioException(
          "the scenario %s cannot be read: %s"
              .formatted(file, unreadable.getClass().getSimpleName()));
    }
  }

  static Incident parse(String yaml) {
    Entries root = ScenarioFile.entries(yaml);
    Scenario scenario = configured(ScenarioFile.scenario(root), root);
    List<Step> steps = new ArrayList<>(steps(root, "somebody", Step.Who.SOMEBODY));
    steps.addAll(steps(root, "operator", Step.Who.OPERATOR));
    Optional<String> page = page(root);
    List<Claim> claims = claims(root, scenario);
    root.nothingElse();
    try {
      return new Incident(scenario, page, steps, claims);
    } catch (IllegalArgumentException impossible) {
      throw root.wrong("claims", "empty", String.valueOf(impossible.getMessage()));
    }
  }

  private static Optional<String> page(Entries root) {
    if (!root.has("page")) {
      return Optional.empty();
    }
    String page = root.text("page");
    if (!PAGE.matcher(page).matches()) {
      throw root.wrong("page", page, "a runbook's name without its folder and its ending");
    }
    return Optional.of(page);
  }

  /** The module's variables; the group gets the same bounds as the brain. */
  private static Scenario configured(Scenario scenario, Entries root) {
    Map<String, String> settings = root.texts("settings");
    if (settings.isEmpty()) {
      return scenario;
    }
    Map<String, String> environment = new HashMap<>(scenario.environment());
    try {
      settings.forEach(
          (name, value) -> environment.put(BrainFunction.setting(name).variable(), value));
      Policy policy = Policy.fromEnvironment(environment);
      return scenario
          .withEnvironment(environment)
          .withAccount(
              ScenarioFile.bounded(scenario.account(), policy.hosts().min(), policy.hosts().max()));
    } catch (IllegalArgumentException impossible) {
      throw root.wrong("settings", settings, String.valueOf(impossible.getMessage()));
    }
  }

  private static List<Step> steps(Entries root, String field, Step.Who who) {
    return root.list(field).stream().map(entry -> step(entry, who)).toList();
  }

  private static Step step(Entries entry, Step.Who who) {
    String command = entry.text("run");
    Map<String, String> with = entry.texts("with");
    with.forEach((name, value) -> {
      if (!Lookup.knows(value)) {
        throw entry.wrong("with." + name, value, "a text or one of " + Lookup.names());
      }
    });
    try {
      check(command, with);
      Step step = new Step(who, entry.seconds("at"), command, with, expected(entry));
      entry.nothingElse();
      return step;
    } catch (IllegalArgumentException impossible) {
      throw entry.wrong("run", command, "playable: " + impossible.getMessage());
    }
  }

  private static Step.Expected expected(Entries entry) {
    String label = entry.text("answer", "accepted");
    return switch (label) {
      case "accepted" -> Step.Expected.ACCEPTED;
      case "refused" -> Step.Expected.REFUSED;
      default -> throw entry.wrong("answer", label, "accepted or refused");
    };
  }

  /** It can be taken apart, is simulated, and carries a payload that the function understands. */
  private static void check(String command, Map<String, String> with) {
    Map<String, String> variables = Console.variables();
    variables.putAll(with);
    CliCommand parsed =
        CliCommand.parse(
            command,
            name ->
                Optional.ofNullable(variables.get(name))
                    .orElseThrow(() ->
                        new IllegalArgumentException(
                            "$%s is set neither by every page (%s) nor in 'with'"
                                .formatted(
                                    name, String.join(", ", Console.variables().keySet())))));
    Console.require(parsed);
    if (parsed.options().containsKey("payload")) {
      String payload = parsed.value("payload");
      PayloadParser.parse(payload.getBytes(StandardCharsets.UTF_8)).stream()
          .filter(Parsed.Refused.class::isInstance)
          .map(Parsed.Refused.class::cast)
          .findFirst()
          .ifPresent(refused -> {
            throw new IllegalArgumentException(refused.problem());
          });
    }
  }

  private static List<Claim> claims(Entries root, Scenario scenario) {
    Set<String> alarms = ModuleAlarms.names(scenario.account().group().zones());
    List<String> texts = root.textList("claims");
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      try {
        claims.add(ClaimNotation.parse(texts.get(i), alarms));
      } catch (IllegalArgumentException unreadable) {
        throw new ScenarioException(
            String.format(
                Locale.ROOT, "%s.claims[%d]: %s", root.where(), i, unreadable.getMessage()));
      }
    }
    return claims;
  }
}
