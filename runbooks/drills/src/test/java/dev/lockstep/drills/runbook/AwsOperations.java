package dev.lockstep.drills.runbook;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Whether a command of AWS's command line exists, by the SDK's client of its service: both are made
 * from the same models, an operation's name and its members' names with dashes.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-commandstructure.html">Command
 *     structure</a>
 */
final class AwsOperations {
  private static final Map<String, Class<?>> CLIENTS =
      Map.of(
          "autoscaling", AutoScalingClient.class,
          "cloudwatch", CloudWatchClient.class,
          "ec2", Ec2Client.class,
          "ecs", EcsClient.class,
          "lambda", LambdaClient.class,
          "sqs", SqsClient.class);

  /**
   * Operations and options of those services whose client is not among the build's libraries, as
   * the command line's reference has them.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/cli/latest/reference/acm/list-certificates.html">acm</a>
   * @see <a
   *     href="https://docs.aws.amazon.com/cli/latest/reference/elbv2/describe-target-health.html">elbv2
   *     describe-target-health</a>
   * @see <a
   *     href="https://docs.aws.amazon.com/cli/latest/reference/elbv2/modify-listener.html">elbv2
   *     modify-listener</a>
   * @see <a
   *     href="https://docs.aws.amazon.com/cli/latest/reference/logs/filter-log-events.html">logs</a>
   * @see <a
   *     href="https://docs.aws.amazon.com/cli/latest/reference/scheduler/update-schedule.html">scheduler</a>
   */
  private static final Map<String, Set<String>> DOCUMENTED =
      Map.of(
          "acm list-certificates", Set.of("includes"),
          "elbv2 describe-target-health", Set.of("target-group-arn"),
          "elbv2 modify-listener", Set.of("listener-arn", "certificates"),
          "logs filter-log-events", Set.of("log-group-name", "start-time", "filter-pattern"),
          "scheduler get-schedule", Set.of("group-name", "name"),
          "scheduler update-schedule",
              Set.of(
                  "group-name",
                  "name",
                  "state",
                  "schedule-expression",
                  "flexible-time-window",
                  "target"));

  /** The command line's own options, and those with which it goes through pages. */
  private static final Set<String> GLOBAL =
      Set.of("query", "output", "region", "cli-binary-format", "max-items", "no-cli-pager");

  private static final int WORDS_OF_A_NAME = 3;

  private AwsOperations() {}

  /** What is wrong with a command; empty when nothing is. Terraform's are not AWS's. */
  static Optional<String> problem(List<String> words) {
    if (!words.getFirst().equals("aws")) {
      return Optional.empty();
    }
    if (words.size() < WORDS_OF_A_NAME) {
      return Optional.of("no operation in " + words);
    }
    Set<String> documented = DOCUMENTED.get(words.get(1) + " " + words.get(2));
    if (documented != null) {
      return unknown(words, documented::contains, words.get(1) + " " + words.get(2));
    }
    Class<?> client = CLIENTS.get(words.get(1));
    if (client == null) {
      return Optional.of("no service " + words.get(1));
    }
    String operation = words.get(2);
    if (operation.equals("wait")) {
      return Optional.empty();
    }
    Optional<Method> method =
        Arrays.stream(client.getMethods())
            .filter(one -> one.getName().equals(camel(operation)))
            .filter(one ->
                one.getParameterCount() == 1
                    && SdkRequest.class.isAssignableFrom(one.getParameterTypes()[0]))
            .findFirst();
    return method.isEmpty()
        ? Optional.of("no operation " + words.get(1) + " " + operation)
        : options(words, method.get().getParameterTypes()[0]);
  }

  private static Optional<String> options(List<String> words, Class<?> request) {
    Set<String> members =
        Arrays.stream(request.getMethods())
            .filter(method ->
                method.getParameterCount() == 0 && !Modifier.isStatic(method.getModifiers()))
            .map(method -> method.getName().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return unknown(
        words,
        option ->
            members.contains(camel(option).toLowerCase(Locale.ROOT))
                || members.contains(
                    camel(option.replaceFirst("^no-", "")).toLowerCase(Locale.ROOT)),
        request.getSimpleName());
  }

  /** The first option that there is not. */
  private static Optional<String> unknown(List<String> words, Predicate<String> known, String of) {
    return words.stream()
        .filter(word -> word.startsWith("--"))
        .map(word -> word.substring(2))
        .filter(option -> !GLOBAL.contains(option) && !known.test(option))
        .findFirst()
        .map(option -> "no option --%s of %s".formatted(option, of));
  }

  private static String camel(String dashed) {
    String[] parts = dashed.split("-", -1);
    return parts[0]
        + Arrays.stream(parts)
            .skip(1)
            .map(part ->
                part.isEmpty()
                    ? ""
                    : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
            .collect(Collectors.joining());
  }
}
