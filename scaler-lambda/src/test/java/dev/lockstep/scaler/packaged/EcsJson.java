package dev.lockstep.scaler.packaged;

import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * ECS: JSON 1.1, the operation in a header.
 *
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html">AWS JSON 1.1</a>
 */
final class EcsJson implements AwsServer.WireFormat {
  private static final String TARGET = "AmazonEC2ContainerServiceV20141113.";
  private static final String ARN = "arn:aws:ecs:us-east-1:111122223333:";

  private final FakeAccount account;

  EcsJson(FakeAccount account) {
    this.account = account;
  }

  @Override
  public Optional<String> operation(HttpExchange exchange, byte[] body) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Amz-Target"))
        .filter(target -> target.startsWith(TARGET))
        .map(target -> target.substring(TARGET.length()));
  }

  @Override
  public Map<String, String> headers() {
    return Map.of("Content-Type", "application/x-amz-json-1.1");
  }

  @Override
  public byte[] answer(String operation, byte[] body) throws IOException {
    Map<String, Object> request = JSON.std.mapFrom(body);
    return JSON.std.asBytes(
        switch (operation) {
          case "DescribeServices" -> describeServices(request);
          case "UpdateService" -> updateService(request);
          case "ListContainerInstances" -> listHosts(request);
          case "DescribeContainerInstances" -> describeHosts(request);
          case "ListTasks" -> listTasks();
          case "DescribeTasks" -> describeTasks(request);
          case "UpdateContainerInstancesState" -> updateHosts(request);
          case "DescribeTaskDefinition" -> taskDefinition(request);
          default -> throw new IllegalArgumentException("no operation " + operation);
        });
  }

  @Override
  public byte[] error(String code, String message) {
    try {
      return JSON.std.asBytes(Map.of("__type", code, "message", message));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private Map<String, Object> describeServices(Map<String, Object> request) {
    List<Object> services = new ArrayList<>();
    List<Object> failures = new ArrayList<>();
    for (String name : names(request, "services")) {
      account
          .service(name)
          .ifPresentOrElse(
              service -> services.add(service(service)),
              () -> failures.add(Map.of("arn", name, "reason", "MISSING")));
    }
    return Map.of("services", services, "failures", failures);
  }

  private static Map<String, Object> service(FakeAccount.Service service) {
    return Map.of(
        "serviceName",
        service.name(),
        "serviceArn",
        ARN + "service/gpu/" + service.name(),
        "status",
        "ACTIVE",
        "desiredCount",
        service.desired(),
        "runningCount",
        service.running(),
        "pendingCount",
        0,
        "taskDefinition",
        ARN + "task-definition/" + service.name() + ":1",
        "deploymentConfiguration",
        Map.of("strategy", "ROLLING", "minimumHealthyPercent", 100, "maximumPercent", 200),
        "deployments",
        List.of(
            Map.of(
                "status",
                "PRIMARY",
                "rolloutState",
                "COMPLETED",
                "desiredCount",
                service.desired(),
                "runningCount",
                service.running(),
                "pendingCount",
                0)));
  }

  private Map<String, Object> updateService(Map<String, Object> request) {
    String name = text(request, "service");
    account.setTasks(name, ((Number) value(request, "desiredCount")).intValue());
    return Map.of(
        "service",
        account
            .service(name)
            .map(EcsJson::service)
            .orElseThrow(() -> new IllegalArgumentException("no service " + name)));
  }

  /** The filter names hosts by EC2's names; the status is ACTIVE or DRAINING. */
  private Map<String, Object> listHosts(Map<String, Object> request) {
    Object filter = request.getOrDefault("filter", "");
    Object status = request.getOrDefault("status", "");
    return Map.of(
        "containerInstanceArns",
        account.hosts().stream()
            .filter(FakeAccount.Host::inService)
            .filter(host -> filter.equals("") || filter.toString().contains(host.id()))
            .filter(host -> status.equals("") || status.equals(status(host)))
            .map(EcsJson::arn)
            .toList());
  }

  private Map<String, Object> describeHosts(Map<String, Object> request) {
    List<String> arns = names(request, "containerInstances");
    return Map.of(
        "containerInstances",
        account.hosts().stream()
            .filter(host -> arns.contains(arn(host)))
            .map(EcsJson::host)
            .toList());
  }

  private static Map<String, Object> host(FakeAccount.Host host) {
    return Map.of(
        "containerInstanceArn", arn(host),
        "ec2InstanceId", host.id(),
        "status", status(host),
        "agentConnected", true,
        "runningTasksCount", host.tasks(),
        "pendingTasksCount", 0,
        "registeredResources", resources(1, 8192, 30_000),
        "remainingResources",
            host.tasks() == 0 ? resources(1, 8192, 30_000) : resources(0, 4096, 14_000));
  }

  private static List<Map<String, Object>> resources(int gpus, int cpu, int memory) {
    List<String> ids = gpus == 0 ? List.of() : List.of("GPU-0");
    return List.of(
        Map.of("name", "CPU", "type", "INTEGER", "integerValue", cpu),
        Map.of("name", "MEMORY", "type", "INTEGER", "integerValue", memory),
        Map.of("name", "GPU", "type", "STRINGSET", "stringSetValue", ids));
  }

  /** A task is named after its host, which runs one at most. */
  private Map<String, Object> listTasks() {
    return Map.of(
        "taskArns",
        account.hosts().stream()
            .filter(host -> host.tasks() > 0)
            .map(host -> ARN + "task/gpu/" + host.id())
            .toList());
  }

  private static Map<String, Object> describeTasks(Map<String, Object> request) {
    return Map.of("tasks", names(request, "tasks").stream().map(EcsJson::task).toList());
  }

  private static Map<String, Object> task(String arn) {
    return Map.of(
        "taskArn",
        arn,
        "containerInstanceArn",
        ARN + "container-instance/gpu/" + arn.substring(arn.lastIndexOf('/') + 1),
        "group",
        "service:" + FakeAccount.SERVICE,
        "lastStatus",
        "RUNNING",
        "cpu",
        "4096",
        "memory",
        "16000",
        "containers",
        List.of(Map.of("name", "inference", "gpuIds", List.of("GPU-0"))));
  }

  private Map<String, Object> updateHosts(Map<String, Object> request) {
    for (String arn : names(request, "containerInstances")) {
      account.drain(
          arn.substring(arn.lastIndexOf('/') + 1), text(request, "status").equals("DRAINING"));
    }
    return describeHosts(request);
  }

  private static Map<String, Object> taskDefinition(Map<String, Object> request) {
    return Map.of(
        "taskDefinition",
        Map.of(
            "taskDefinitionArn",
            text(request, "taskDefinition"),
            "containerDefinitions",
            List.of(
                Map.of(
                    "name",
                    "inference",
                    "cpu",
                    4096,
                    "memory",
                    16_000,
                    "resourceRequirements",
                    List.of(Map.of("type", "GPU", "value", "1"))))));
  }

  private static String status(FakeAccount.Host host) {
    return host.draining() ? "DRAINING" : "ACTIVE";
  }

  private static String arn(FakeAccount.Host host) {
    return ARN + "container-instance/gpu/" + host.id();
  }

  private static List<String> names(Map<String, Object> request, String field) {
    return ((List<?>) value(request, field)).stream().map(String.class::cast).toList();
  }

  private static String text(Map<String, Object> request, String field) {
    return (String) value(request, field);
  }

  private static Object value(Map<String, Object> request, String field) {
    return Objects.requireNonNull(request.get(field), field);
  }
}
