package dev.lockstep.drills.operator;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.aws.SimulatedAutoScaling;
import dev.lockstep.drills.aws.SimulatedEcs;
import dev.lockstep.drills.control.Answer;
import dev.lockstep.drills.control.BrainFunction;
import dev.lockstep.drills.control.ModuleAlarms;
import dev.lockstep.drills.journal.Names;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * AWS's command line and Terraform's, as far as pages change something with them. What is changed
 * through ECS and Auto Scaling goes through the same clients as the brain's own calls, with their
 * refusals.
 */
public final class Console {
  private static final Map<String, BiFunction<Console, CliCommand, Answer>> COMMANDS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("aws autoscaling delete-policy", Console::deletePolicy),
              Map.entry("aws autoscaling set-desired-capacity", Console::setDesiredCapacity),
              Map.entry(
                  "aws autoscaling terminate-instance-in-auto-scaling-group", Console::terminate),
              Map.entry("aws autoscaling update-auto-scaling-group", Console::updateGroup),
              Map.entry("aws ecs stop-service-deployment", Console::stopDeployment),
              Map.entry("aws ecs update-container-instances-state", Console::updateInstances),
              Map.entry("aws ecs update-service", Console::updateService),
              Map.entry("aws elbv2 modify-listener", Console::modifyListener),
              Map.entry("aws lambda invoke", Console::invoke),
              Map.entry("aws lambda update-alias", Console::updateAlias),
              Map.entry("aws scheduler update-schedule", Console::updateSchedule),
              Map.entry("terraform apply", Console::apply)));

  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

  private final Account account;
  private final BrainFunction function;
  private final EcsClient ecs;
  private final AutoScalingClient autoScaling;

  public Console(Account account, BrainFunction function) {
    this.account = account;
    this.function = function;
    this.ecs = SimulatedEcs.of(account);
    this.autoScaling = SimulatedAutoScaling.of(account);
  }

  /** Shell variables that every page sets from Terraform's outputs. */
  public static Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("CLUSTER", Names.CLUSTER);
    variables.put("SERVICE", Names.SERVICE);
    variables.put("ASG", Names.GROUP);
    variables.put("SCALER", "lockstep-scaler:live");
    variables.put("FUNCTION", "lockstep-scaler");
    variables.put("ALIAS", "live");
    return variables;
  }

  /**
   * Does what a command says.
   *
   * @throws IllegalArgumentException when it is none that is simulated, or lacks an option
   */
  public Answer run(CliCommand command) {
    try {
      return found(command).apply(this, command);
    } catch (SdkException refused) {
      return new Answer.Refused(String.valueOf(refused.getMessage()));
    }
  }

  /**
   * Accepts a command that is simulated.
   *
   * @throws IllegalArgumentException when it is not
   */
  public static void require(CliCommand command) {
    var _ = found(command);
  }

  /**
   * What a command does.
   *
   * @throws IllegalArgumentException when it is none that is simulated
   */
  private static BiFunction<Console, CliCommand, Answer> found(CliCommand command) {
    return Optional.ofNullable(COMMANDS.get(command.name()))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'%s' is not simulated; what is: %s"
                    .formatted(command.name(), String.join(", ", COMMANDS.keySet()))));
  }

  private Answer invoke(CliCommand command) {
    return function.invoke(command.value("payload").getBytes(StandardCharsets.UTF_8));
  }

  private Answer updateAlias(CliCommand command) {
    function.activate(command.number("function-version"));
    return new Answer.Accepted("version %s is live".formatted(command.value("function-version")));
  }

  private Answer updateSchedule(CliCommand command) {
    String state = command.value("state");
    account.enableSchedule(state.equals("ENABLED"));
    return new Answer.Accepted("the schedule is " + state);
  }

  private Answer updateService(CliCommand command) {
    var _ =
        ecs.updateService(request -> {
          request.cluster(command.value("cluster")).service(command.value("service"));
          if (command.has("desired-count")) {
            request.desiredCount(command.number("desired-count"));
          }
          if (command.has("task-definition")) {
            request.taskDefinition(command.value("task-definition"));
          }
        });
    return new Answer.Accepted("the service is updated");
  }

  private Answer stopDeployment(CliCommand command) {
    String how = command.value("stop-type");
    return account.service().rollBack("stopped, " + how)
        ? new Answer.Accepted("the deployment is stopped")
        : new Answer.Refused("no deployment is in progress");
  }

  private Answer updateInstances(CliCommand command) {
    List<String> instances = command.options().getOrDefault("container-instances", List.of());
    var response =
        ecs.updateContainerInstancesState(request ->
            request
                .cluster(command.value("cluster"))
                .containerInstances(instances)
                .status(command.value("status")));
    return response.failures().isEmpty()
        ? new Answer.Accepted("%d are %s".formatted(instances.size(), command.value("status")))
        : new Answer.Refused("no such container instance: " + instances);
  }

  private Answer setDesiredCapacity(CliCommand command) {
    var _ =
        autoScaling.setDesiredCapacity(request ->
            request
                .autoScalingGroupName(command.value("auto-scaling-group-name"))
                .desiredCapacity(command.number("desired-capacity")));
    return new Answer.Accepted("desired is " + command.value("desired-capacity"));
  }

  private Answer terminate(CliCommand command) {
    String host = command.value("instance-id");
    var _ =
        autoScaling.terminateInstanceInAutoScalingGroup(request ->
            request
                .instanceId(host)
                .shouldDecrementDesiredCapacity(command.has("should-decrement-desired-capacity")));
    return new Answer.Accepted(host + " ends");
  }

  private Answer updateGroup(CliCommand command) {
    var _ =
        autoScaling.updateAutoScalingGroup(request -> {
          request.autoScalingGroupName(command.value("auto-scaling-group-name"));
          if (command.has("min-size")) {
            request.minSize(command.number("min-size"));
          }
          if (command.has("max-size")) {
            request.maxSize(command.number("max-size"));
          }
          if (command.has("vpc-zone-identifier")) {
            request.vpcZoneIdentifier(command.value("vpc-zone-identifier"));
          }
        });
    return new Answer.Accepted("the group is updated");
  }

  private Answer deletePolicy(CliCommand command) {
    var _ =
        autoScaling.deletePolicy(request ->
            request
                .autoScalingGroupName(command.value("auto-scaling-group-name"))
                .policyName(command.value("policy-name")));
    return new Answer.Accepted("the policy is gone");
  }

  private Answer modifyListener(CliCommand command) {
    String certificate = command.value("certificates");
    account.listener().present(certificate.substring(certificate.indexOf('=') + 1));
    return new Answer.Accepted("the listener presents " + certificate);
  }

  /** The texts of a list as Terraform writes it. */
  private static List<String> listed(String list) {
    return QUOTED.matcher(list).results().map(match -> match.group(1)).toList();
  }

  private Answer apply(CliCommand command) {
    Map<String, String> settings =
        command.options().getOrDefault("var", List.of()).stream()
            .map(setting -> setting.split("=", 2))
            .filter(pair -> pair.length == 2)
            .collect(
                Collectors.toMap(
                    pair -> pair[0], pair -> pair[1], (_, later) -> later, TreeMap::new));
    Optional.ofNullable(settings.remove("instance_types"))
        .ifPresent(types -> account.group().useTypes(listed(types)));
    Optional.ofNullable(settings.remove("certificate_arn"))
        .ifPresent(certificate -> {
          account.listener().present(certificate);
          ModuleAlarms.useCertificate(account, certificate);
        });
    function.configure(settings);
    return new Answer.Accepted(
        "applied " + String.join(", ", command.options().getOrDefault("var", List.of())));
  }
}
