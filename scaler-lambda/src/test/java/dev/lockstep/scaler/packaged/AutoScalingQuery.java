package dev.lockstep.scaler.packaged;

import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Auto Scaling: a form in, XML out.
 *
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-query-protocol.html">AWS Query</a>
 */
final class AutoScalingQuery implements AwsServer.WireFormat {
  private static final String NAMESPACE = "http://autoscaling.amazonaws.com/doc/2011-01-01/";

  private final FakeAccount account;

  AutoScalingQuery(FakeAccount account) {
    this.account = account;
  }

  @Override
  public Optional<String> operation(HttpExchange exchange, byte[] body) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
        .filter(type -> type.startsWith("application/x-www-form-urlencoded"))
        .map(_ -> text(form(body), "Action"));
  }

  @Override
  public Map<String, String> headers() {
    return Map.of("Content-Type", "text/xml");
  }

  @Override
  public byte[] answer(String operation, byte[] body) {
    Map<String, String> form = form(body);
    String result =
        switch (operation) {
          case "DescribeAutoScalingGroups" -> describeGroups(form);
          case "DescribeScalingActivities" -> describeActivities(form);
          case "DescribePolicies" -> element("ScalingPolicies", "");
          case "SetDesiredCapacity" -> setDesiredCapacity(form);
          case "TerminateInstanceInAutoScalingGroup" -> terminate(form);
          case "CreateOrUpdateTags" -> tag(form);
          case "DeleteTags" -> untag(form);
          default -> throw new IllegalArgumentException("no operation " + operation);
        };
    String response =
        "<%1$sResponse xmlns=\"%2$s\"><%1$sResult>%3$s</%1$sResult></%1$sResponse>"
            .formatted(operation, NAMESPACE, result);
    return response.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] error(String code, String message) {
    String error =
        element(
            "ErrorResponse",
            element("Error", element("Code", code) + element("Message", escaped(message))));
    return error.getBytes(StandardCharsets.UTF_8);
  }

  private String describeGroups(Map<String, String> form) {
    List<String> names = list(form, "AutoScalingGroupNames.member.", "");
    return element(
        "AutoScalingGroups",
        members(
            account.groups().stream()
                .filter(group -> names.isEmpty() || names.contains(group.name()))
                .toList(),
            AutoScalingQuery::group));
  }

  private static String group(FakeAccount.Group group) {
    return element("AutoScalingGroupName", group.name())
        + element("DesiredCapacity", group.desired())
        + element("MinSize", group.min())
        + element("MaxSize", group.max())
        + element("Instances", members(List.copyOf(group.hosts().values()), AutoScalingQuery::host))
        + element(
            "Tags",
            members(
                List.copyOf(group.tags().entrySet()),
                tag ->
                    element("Key", escaped(tag.getKey()))
                        + element("Value", escaped(tag.getValue()))
                        + element("ResourceId", group.name())));
  }

  private static String host(FakeAccount.Host host) {
    return element("InstanceId", host.id())
        + element("LifecycleState", host.inService() ? "InService" : "Pending")
        + element("HealthStatus", "Healthy")
        + element("InstanceType", "g5.2xlarge")
        + element("AvailabilityZone", "us-east-1a");
  }

  /** Newest first, as Auto Scaling lists them. */
  private String describeActivities(Map<String, String> form) {
    Optional<String> name = Optional.ofNullable(form.get("AutoScalingGroupName"));
    return element(
        "Activities",
        account.groups().stream()
            .filter(group -> name.isEmpty() || name.get().equals(group.name()))
            .map(group ->
                members(
                    List.copyOf(new TreeMap<>(group.hosts()).descendingMap().values()),
                    host -> activity(group.name(), host)))
            .collect(Collectors.joining()));
  }

  private static String activity(String group, FakeAccount.Host host) {
    return element("ActivityId", "of-" + host.id())
        + element("AutoScalingGroupName", group)
        + element("Description", "Launching a new EC2 instance: " + host.id())
        + element("StartTime", host.asked())
        + element("StatusCode", host.inService() ? "Successful" : "InProgress");
  }

  private String setDesiredCapacity(Map<String, String> form) {
    account.setHosts(
        text(form, "AutoScalingGroupName"), Integer.parseInt(text(form, "DesiredCapacity")));
    return "";
  }

  private String terminate(Map<String, String> form) {
    String host = text(form, "InstanceId");
    account.end(host, Boolean.parseBoolean(text(form, "ShouldDecrementDesiredCapacity")));
    return element("Activity", element("ActivityId", "end-of-" + host));
  }

  private String tag(Map<String, String> form) {
    List<String> groups = list(form, "Tags.member.", ".ResourceId");
    List<String> keys = list(form, "Tags.member.", ".Key");
    List<String> values = list(form, "Tags.member.", ".Value");
    for (int i = 0; i < keys.size(); i++) {
      account.tag(groups.get(i), keys.get(i), values.get(i));
    }
    return "";
  }

  private String untag(Map<String, String> form) {
    List<String> groups = list(form, "Tags.member.", ".ResourceId");
    List<String> keys = list(form, "Tags.member.", ".Key");
    for (int i = 0; i < keys.size(); i++) {
      account.untag(groups.get(i), keys.get(i));
    }
    return "";
  }

  private static Map<String, String> form(byte[] body) {
    return Arrays.stream(new String(body, StandardCharsets.UTF_8).split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> decoded(pair[0]), pair -> decoded(pair[1])));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String text(Map<String, String> form, String field) {
    return Objects.requireNonNull(form.get(field), field);
  }

  /** Lists count from one. */
  private static List<String> list(Map<String, String> form, String before, String after) {
    return IntStream.iterate(
            1, number -> form.containsKey(before + number + after), number -> number + 1)
        .mapToObj(number -> text(form, before + number + after))
        .toList();
  }

  private static <T> String members(List<T> items, Function<T, String> content) {
    return items.stream()
        .map(item -> element("member", content.apply(item)))
        .collect(Collectors.joining());
  }

  private static String element(String name, Object content) {
    return "<%1$s>%2$s</%1$s>".formatted(name, content);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
