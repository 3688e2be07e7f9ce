package dev.lockstep.drills.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.cloudwatch.Alarm;
import dev.lockstep.drills.cloudwatch.MissingData;
import dev.lockstep.drills.cloudwatch.Statistic;
import dev.lockstep.scaler.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The alarms of the drills are those that the Terraform module makes. */
final class LockstepWiringTest {
  private static final Path INFRA = Path.of("..", "..", "infra");

  /** Values of the module's variables and locals that thresholds are made of. */
  private static final Map<String, Double> VALUES =
      Map.of("var.rps_per_task", 8.0, "var.p95_budget_ms", 250.0, "local.network_share_ms", 35.0);

  @ParameterizedTest
  @ValueSource(strings = {"demand", "demand-fallback", "latency", "latency-fallback"})
  void anAlarmIsAsTheModuleMakesIt(String name) throws IOException {
    Alarm.Rule rule = rule(name);
    String block = block(name.replace('-', '_'));

    assertThat(rule.metric().namespace()).isEqualTo(text(block, "namespace"));
    assertThat(rule.metric().name()).isEqualTo(text(block, "metric_name"));
    assertThat(rule.metric().dimensions()).containsOnlyKeys(dimensions(block));
    assertThat(rule.statistic()).isEqualTo(Statistic.parse(statistic(block)));
    assertThat(rule.period()).isEqualTo(Duration.ofSeconds((long) number(block, "period")));
    assertThat(rule.periods()).isEqualTo((int) number(block, "evaluation_periods"));
    assertThat(rule.breaching())
        .isEqualTo(
            has(block, "datapoints_to_alarm")
                ? (int) number(block, "datapoints_to_alarm")
                : rule.periods());
    assertThat(text(block, "comparison_operator")).isEqualTo("GreaterThanThreshold");
    assertThat(rule.comparison()).isEqualTo(Alarm.Comparison.ABOVE);
    assertThat(rule.threshold()).isEqualTo(threshold(block));
    assertThat(text(block, "treat_missing_data")).isEqualTo("missing");
    assertThat(rule.missing()).isEqualTo(MissingData.MISSING);
    assertThat(rule.lowSamples()).isEqualTo(lowSamples(block));
    assertThat(text(block, "alarm_actions")).contains("aws_lambda_alias");
    assertThat(text(block, "ok_actions")).isEqualTo(text(block, "alarm_actions"));
    assertThat(has(block, "insufficient_data_actions")).isFalse();
  }

  @Test
  void theTickAndTheEventsAreTheModules() throws IOException {
    String scaler = Files.readString(INFRA.resolve("scaler.tf"));

    assertThat(scaler)
        .contains("rate(1 minute)")
        .contains("SERVICE_TASK_PLACEMENT_FAILURE")
        .contains("ECS Deployment State Change")
        .contains("ECS Container Instance State Change")
        .contains("EC2 Instance Launch Unsuccessful");
  }

  private static Alarm.Rule rule(String name) {
    Lab lab = new Lab();
    Map<String, String> environment =
        new HashMap<>(LockstepWiring.environment(Duration.ofMinutes(4)));
    LockstepWiring.connect(
        lab.account(), _ -> {}, Policy.fromEnvironment(environment), Duration.ofMinutes(1));
    return lab.account().alarms().stream()
        .map(Alarm::rule)
        .filter(rule -> rule.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** One resource of the module, with its nested blocks. */
  private static String block(String name) throws IOException {
    String alarms = Files.readString(INFRA.resolve("alarms.tf"));
    int start = alarms.indexOf("resource \"aws_cloudwatch_metric_alarm\" \"%s\"".formatted(name));
    assertThat(start).isNotNegative();
    return alarms.substring(start, alarms.indexOf("\n}\n", start));
  }

  private static boolean has(String block, String field) {
    return Pattern.compile("\\b%s +=".formatted(field)).matcher(block).find();
  }

  private static String raw(String block, String field) {
    Matcher matcher = Pattern.compile("\\b%s +=(.*)".formatted(field)).matcher(block);
    assertThat(matcher.find()).as("%s in %s", field, block).isTrue();
    return matcher.group(1).strip();
  }

  private static String text(String block, String field) {
    return raw(block, field).replace("\"", "");
  }

  private static double number(String block, String field) {
    return Double.parseDouble(raw(block, field));
  }

  private static String statistic(String block) {
    return has(block, "extended_statistic")
        ? text(block, "extended_statistic")
        : has(block, "statistic") ? text(block, "statistic") : text(block, "stat");
  }

  /** By their names: those of the locals that are referred to, and those that are added. */
  private static List<String> dimensions(String block) throws IOException {
    String written = raw(block, "dimensions");
    String alarms = Files.readString(INFRA.resolve("alarms.tf"));
    Stream<String> ofLocals =
        Pattern.compile("local\\.(\\w+_dimensions)")
            .matcher(written)
            .results()
            .map(local -> raw(alarms, local.group(1)));
    return Stream.concat(ofLocals, Stream.of(written))
        .flatMap(text -> Pattern.compile("\\{ (\\w+) = ").matcher(text).results())
        .map(key -> key.group(1))
        .toList();
  }

  /** CloudWatch evaluates a percentile however few samples there are, unless told otherwise. */
  private static Alarm.LowSamples lowSamples(String block) {
    if (!has(block, "evaluate_low_sample_count_percentiles")) {
      return Alarm.LowSamples.EVALUATE;
    }
    assertThat(text(block, "evaluate_low_sample_count_percentiles")).isEqualTo("ignore");
    return Alarm.LowSamples.IGNORE;
  }

  /** The module's arithmetic has one operator each time. */
  private static double threshold(String block) {
    String[] parts = raw(block, "threshold").split(" ", 3);
    double left = value(parts[0]);
    double right = value(parts[2]);
    return switch (parts[1]) {
      case "*" -> left * right;
      case "-" -> left - right;
      case "/" -> left / right;
      default -> throw new AssertionError("cannot read the threshold of " + block);
    };
  }

  private static double value(String word) {
    return VALUES.containsKey(word) ? VALUES.getOrDefault(word, 0.0) : Double.parseDouble(word);
  }
}
