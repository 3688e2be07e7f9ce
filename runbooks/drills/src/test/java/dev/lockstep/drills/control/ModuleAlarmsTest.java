package dev.lockstep.drills.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.cloudwatch.Alarm;
import dev.lockstep.drills.cloudwatch.MissingData;
import dev.lockstep.drills.cloudwatch.Statistic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The alarms of the drills are those of the module. */
final class ModuleAlarmsTest {
  private static final Path ALARMS = Path.of("../../infra/alarms.tf");

  private static final Pattern LISTED =
      Pattern.compile(
          """
          ^    (\\w+) = \\{[^\\n]*
          \\s+description = [^\\n]*
          \\s+runbook     = [^\\n]*
          \\s+metric      = \\{ namespace = "([^"]+)", name = "(\\w+)", statistic = "(\\w+)"[^\\n]*
          \\s+breach      = \\{ comparison = "(\\w+)", threshold = ([\\w.]+), minutes = ([\\w.]+), missing = "(\\w+)"(?:, period = (\\d+))?\
          """,
          Pattern.MULTILINE);

  private static final Map<String, String> DEFAULTS =
      Map.of("var.shortage_minutes", "15", "var.max_hosts", "8");

  @Test
  void eachAlarmOfTheModulesListIsWatchedAsItIsThere() throws IOException {
    Map<String, String> there = listed();
    Map<String, String> here =
        ModuleAlarms.rules(8, List.of()).stream()
            .filter(rule -> there.containsKey(rule.name()))
            .collect(Collectors.toMap(Alarm.Rule::name, ModuleAlarmsTest::described));

    assertThat(there).hasSizeGreaterThan(10);
    assertThat(here).isEqualTo(there);
  }

  @Test
  void theOthersAreOfTheModuleToo() throws IOException {
    String text = Files.readString(ALARMS);
    Map<String, String> listed = listed();

    assertThat(ModuleAlarms.names(List.of("eu-west-1a")))
        .filteredOn(name -> !listed.containsKey(name))
        .containsExactlyInAnyOrder(
            "demand",
            "demand-fallback",
            "latency",
            "latency-fallback",
            "hosts-undelivered",
            "hosts-idle",
            "unhealthy-targets-blue",
            "zone-empty-eu-west-1a")
        .allSatisfy(name ->
            assertThat(text)
                .containsPattern(
                    "\\$\\{var\\.name\\}-"
                        + name.replaceFirst("-(blue|eu-west-1a)$", "-\\\\\\$\\\\{each\\\\.key\\\\}")
                        + "\""));
  }

  @Test
  void whatIsComputedHasTheModulesBounds() throws IOException {
    String text = Files.readString(ALARMS);

    assertThat(resource(text, "hosts_idle"))
        .contains("threshold           = 20", "evaluation_periods  = 30", "LessThanThreshold");
    assertThat(resource(text, "unhealthy_targets"))
        .contains("datapoints_to_alarm = 5", "evaluation_periods  = 10", "\"Maximum\"");
    assertThat(resource(text, "hosts_undelivered"))
        .contains("evaluation_periods  = var.shortage_minutes", "desired - in_service");
    assertThat(resource(text, "zone_empty"))
        .contains("evaluation_periods  = 5", "threshold           = 0");
  }

  private static String resource(String text, String name) {
    int start = text.indexOf("resource \"aws_cloudwatch_metric_alarm\" \"" + name + "\"");
    return text.substring(start, text.indexOf("\n}\n", start));
  }

  private static Map<String, String> listed() throws IOException {
    Map<String, String> alarms = new TreeMap<>();
    Matcher matcher = LISTED.matcher(Files.readString(ALARMS));
    while (matcher.find()) {
      alarms.put(
          matcher.group(1).replace('_', '-'),
          "%s %s %s %s %s %s %s %s"
              .formatted(
                  matcher.group(2),
                  matcher.group(3),
                  matcher.group(4),
                  comparison(matcher.group(5)),
                  DEFAULTS.getOrDefault(matcher.group(6), matcher.group(6)),
                  DEFAULTS.getOrDefault(matcher.group(7), matcher.group(7)),
                  missing(matcher.group(8)),
                  Optional.ofNullable(matcher.group(9)).orElse("60")));
    }
    return alarms;
  }

  private static String described(Alarm.Rule rule) {
    return "%s %s %s %s %.0f %d %s %d"
        .formatted(
            rule.metric().namespace(),
            rule.metric().name(),
            statistic(rule.statistic()),
            rule.comparison(),
            rule.threshold(),
            rule.periods(),
            rule.missing(),
            rule.period().toSeconds());
  }

  private static String statistic(Statistic statistic) {
    return statistic.getClass().getSimpleName();
  }

  private static String comparison(String aws) {
    return switch (aws) {
      case "GreaterThanThreshold" -> "ABOVE";
      case "GreaterThanOrEqualToThreshold" -> "AT_OR_ABOVE";
      case "LessThanThreshold" -> "BELOW";
      default -> throw new IllegalArgumentException(aws);
    };
  }

  private static MissingData missing(String aws) {
    return switch (aws) {
      case "notBreaching" -> MissingData.NOT_BREACHING;
      case "breaching" -> MissingData.BREACHING;
      case "ignore" -> MissingData.IGNORE;
      default -> throw new IllegalArgumentException(aws);
    };
  }
}
