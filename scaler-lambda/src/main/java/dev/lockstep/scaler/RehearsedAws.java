package dev.lockstep.scaler;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;

/**
 * Answers the SDK's calls by itself, in the wire format of each service: every service and group
 * that is asked for is there, with one task and one host, and nothing else is.
 *
 * @see Rehearsal
 */
final class RehearsedAws implements SdkHttpClient {
  private static final String GROUPS = "AutoScalingGroupNames.member.";

  /** A map with nothing in it. */
  private static final byte[] EMPTY_CBOR = {(byte) 0xA0};

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        byte[] answer = answer(request);
        return HttpExecuteResponse.builder()
            .response(SdkHttpFullResponse.builder().statusCode(200).build())
            .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer)))
            .build();
      }

      @Override
      public void abort() {}
    };
  }

  @Override
  public void close() {}

  private static byte[] answer(HttpExecuteRequest request) throws IOException {
    String target = request.httpRequest().firstMatchingHeader("X-Amz-Target").orElse("");
    if (!target.isEmpty()) {
      return JSON.std.asBytes(ecs(target.substring(target.indexOf('.') + 1), body(request)));
    }
    if (request.httpRequest().encodedPath().startsWith("/service/")) {
      return EMPTY_CBOR;
    }
    return autoScaling(body(request)).getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Object> ecs(String operation, String body) throws IOException {
    Map<String, Object> request = JSON.std.mapFrom(body);
    return switch (operation) {
      case "DescribeServices" ->
          Map.of("services", each(request, "services", RehearsedAws::service));
      case "ListContainerInstances" -> Map.of("containerInstanceArns", List.of("host"));
      case "DescribeContainerInstances" ->
          Map.of("containerInstances", each(request, "containerInstances", RehearsedAws::host));
      case "ListTasks" -> Map.of("taskArns", List.of("task"));
      case "DescribeTasks" -> Map.of("tasks", each(request, "tasks", RehearsedAws::task));
      default -> Map.of();
    };
  }

  private static List<?> each(
      Map<String, Object> request, String field, Function<Object, Object> found) {
    return ((List<?>) request.getOrDefault(field, List.of())).stream().<Object>map(found).toList();
  }

  private static Object service(Object name) {
    return Map.of(
        "serviceName",
        name,
        "status",
        "ACTIVE",
        "desiredCount",
        1,
        "runningCount",
        1,
        "pendingCount",
        0,
        "deploymentConfiguration",
        Map.of("minimumHealthyPercent", 100, "maximumPercent", 200),
        "deployments",
        List.of(Map.of("status", "PRIMARY", "rolloutState", "COMPLETED")));
  }

  private static Object task(Object arn) {
    return Map.of(
        "taskArn",
        arn,
        "containerInstanceArn",
        "host",
        "group",
        "service:rehearsed",
        "containers",
        List.of(Map.of("name", "rehearsed", "gpuIds", List.of("GPU-0"))));
  }

  private static Object host(Object arn) {
    return Map.of(
        "containerInstanceArn",
        arn,
        "ec2InstanceId",
        arn,
        "agentConnected",
        true,
        "runningTasksCount",
        1,
        "pendingTasksCount",
        0,
        "remainingResources",
        List.of(Map.of("name", "CPU", "type", "INTEGER", "integerValue", 0)));
  }

  private static String autoScaling(String body) {
    Map<String, String> form =
        Arrays.stream(body.split("&", -1))
            .map(pair -> pair.split("=", 2))
            .collect(Collectors.toMap(pair -> decoded(pair[0]), pair -> decoded(pair[1])));
    String groups =
        form.entrySet().stream()
            .filter(field -> field.getKey().startsWith(GROUPS))
            .map(field ->
                """
                <member><AutoScalingGroupName>%s</AutoScalingGroupName><MinSize>0</MinSize>\
                <MaxSize>1000</MaxSize><DesiredCapacity>1</DesiredCapacity></member>\
                """
                    .formatted(field.getValue()))
            .collect(Collectors.joining());
    return "<%1$sResponse><%1$sResult><AutoScalingGroups>%2$s</AutoScalingGroups></%1$sResult></%1$sResponse>"
        .formatted(form.getOrDefault("Action", ""), groups);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String body(HttpExecuteRequest request) throws IOException {
    ContentStreamProvider content =
        request.contentStreamProvider().orElse(() -> InputStream.nullInputStream());
    try (InputStream stream = content.newStream()) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
