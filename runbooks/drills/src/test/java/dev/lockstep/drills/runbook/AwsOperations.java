package dev.lockstep.drills.runbook;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Whether a command of AWS's command line is one, by the models that it and the SDK are both made
 * from: the SDK carries them in its requests and answers. An option is the name of a request's
 * member with dashes, a word of {@code --query} is a member of the answer.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-commandstructure.html">Command
 *     structure</a>
 */
final class AwsOperations {
  private static final Map<String, Class<?>> CLIENTS =
      Map.ofEntries(
          Map.entry("acm", AcmClient.class),
          Map.entry("autoscaling", AutoScalingClient.class),
          Map.entry("cloudwatch", CloudWatchClient.class),
          Map.entry("ec2", Ec2Client.class),
          Map.entry("ecs", EcsClient.class),
          Map.entry("elbv2", ElasticLoadBalancingV2Client.class),
          Map.entry("lambda", LambdaClient.class),
          Map.entry("logs", CloudWatchLogsClient.class),
          Map.entry("scheduler", SchedulerClient.class),
          Map.entry("secretsmanager", SecretsManagerClient.class),
          Map.entry("sqs", SqsClient.class));

  /** The command line's own options, and the one with which it goes through pages. */
  private static final Set<String> GLOBAL =
      Set.of("query", "output", "region", "cli-binary-format", "max-items", "no-cli-pager");

  /**
   * A command of the command line's own, which no service has.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/cli/latest/reference/ecr/get-login-password.html">get-login-password</a>
   */
  private static final List<String> OWN = List.of("aws", "ecr", "get-login-password");

  private static final int WORDS_OF_A_NAME = 3;

  /** How the command line writes a member's name: {@code VPCZoneIdentifier} has two dashes. */
  private static final Pattern BEFORE_A_WORD = Pattern.compile("(.)([A-Z][a-z]+)");

  private static final Pattern BETWEEN_WORDS = Pattern.compile("([a-z0-9])([A-Z])");

  /** What a query names, without what it calls, compares with or filters by in quotes. */
  private static final Pattern IN_QUOTES = Pattern.compile("`[^`]*`|'[^']*'|\"[^\"]*\"");

  private static final Pattern NAME = Pattern.compile("[A-Za-z]\\w*(?![\\w(]|\\s*:)");

  private AwsOperations() {}

  /** What is wrong with a command; empty when nothing is. Terraform's are not AWS's. */
  static Optional<String> problem(List<String> words) {
    if (!words.getFirst().equals("aws")) {
      return Optional.empty();
    }
    if (words.size() < WORDS_OF_A_NAME) {
      return Optional.of("no operation in " + words);
    }
    if (words.subList(0, WORDS_OF_A_NAME).equals(OWN)) {
      return Optional.empty();
    }
    Class<?> client = CLIENTS.get(words.get(1));
    if (client == null) {
      return Optional.of("no service " + words.get(1));
    }
    return words.get(2).equals("wait")
        ? waiting(client, words)
        : operation(client, camel(words.get(2)), words);
  }

  /** {@code aws ecs wait services-stable} is the SDK's {@code waitUntilServicesStable}. */
  private static Optional<String> waiting(Class<?> client, List<String> words) {
    String name = words.size() > WORDS_OF_A_NAME ? words.get(WORDS_OF_A_NAME) : "";
    return Arrays.stream(client.getMethods())
        .filter(method -> method.getName().equals("waiter"))
        .flatMap(method -> Arrays.stream(method.getReturnType().getMethods()))
        .filter(method -> method.getName().equals(camel("wait-until-" + name)))
        .flatMap(method -> request(method).stream())
        .findFirst()
        .map(request -> options(pojo(request), "wait " + name, words))
        .orElseGet(() -> Optional.of("nothing to wait for in " + words));
  }

  private static Optional<String> operation(Class<?> client, String name, List<String> words) {
    Optional<Method> operation =
        Arrays.stream(client.getMethods())
            .filter(method -> method.getName().equals(name))
            .filter(method -> request(method).isPresent())
            .findFirst();
    return operation.isEmpty()
        ? Optional.of("no operation " + words.get(1) + " " + words.get(2))
        : Stream.of(
                options(pojo(request(operation.get()).orElseThrow()), words.get(2), words),
                query(pojo(operation.get().getReturnType()), words))
            .flatMap(Optional::stream)
            .findFirst();
  }

  private static Optional<Class<?>> request(Method method) {
    return method.getParameterCount() == 1
            && SdkRequest.class.isAssignableFrom(method.getParameterTypes()[0])
        ? Optional.of(method.getParameterTypes()[0])
        : Optional.empty();
  }

  /** The first option that there is not. Which ones are required the SDK does not say. */
  private static Optional<String> options(SdkPojo request, String of, List<String> words) {
    Set<String> members =
        request.sdkFields().stream()
            .map(field -> dashed(field.memberName()))
            .collect(Collectors.toSet());
    return words.stream()
        .filter(word -> word.startsWith("--"))
        .map(word -> word.substring(2))
        .filter(option -> !GLOBAL.contains(option))
        .filter(option ->
            !members.contains(option) && !members.contains(option.replaceFirst("^no-", "")))
        .findFirst()
        .map(option -> "no option --%s of %s".formatted(option, of));
  }

  /** The first name of the command's query that the answer has nowhere. */
  private static Optional<String> query(SdkPojo answer, List<String> words) {
    int at = words.indexOf("--query");
    if (at < 0) {
      return Optional.empty();
    }
    Set<String> known = new TreeSet<>();
    gather(answer, known, new HashSet<>());
    return NAME.matcher(IN_QUOTES.matcher(words.get(at + 1)).replaceAll(""))
        .results()
        .map(match -> match.group())
        .filter(name -> !known.contains(name))
        .findFirst()
        .map(name -> "%s answers no %s".formatted(words.get(2), name));
  }

  /** A shape that holds itself is gone through once. */
  private static void gather(SdkPojo shape, Set<String> names, Set<Class<?>> seen) {
    if (seen.add(shape.getClass())) {
      for (SdkField<?> field : shape.sdkFields()) {
        names.add(field.memberName());
        inside(field, names, seen);
      }
    }
  }

  private static void inside(SdkField<?> field, Set<String> names, Set<Class<?>> seen) {
    Optional.ofNullable(field.getTrait(ListTrait.class))
        .ifPresent(list -> inside(list.memberFieldInfo(), names, seen));
    Optional.ofNullable(field.getTrait(MapTrait.class))
        .ifPresent(map -> inside(map.valueFieldInfo(), names, seen));
    Optional.ofNullable(field.constructor()).ifPresent(maker -> gather(maker.get(), names, seen));
  }

  private static SdkPojo pojo(Class<?> message) {
    try {
      return (SdkPojo) message.getMethod("builder").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException broken) {
      throw new IllegalStateException(message + " is no message of the SDK", broken);
    }
  }

  private static String dashed(String member) {
    String apart = BEFORE_A_WORD.matcher(member).replaceAll("$1-$2");
    return BETWEEN_WORDS.matcher(apart).replaceAll("$1-$2").toLowerCase(Locale.ROOT);
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
