package dev.lockstep.inference.lifecycle;

import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The agent's task scale-in protection endpoint. The agent calls UpdateTaskProtection with the
 * task's own role, which needs {@code ecs:UpdateTaskProtection}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html">Task
 *     scale-in protection endpoint</a>
 */
final class HttpEcsAgent implements EcsAgent {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final URI state;
  private final JsonMapper json;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  /**
   * An agent.
   *
   * @param agent the value of {@code ECS_AGENT_URI}
   */
  HttpEcsAgent(URI agent, JsonMapper json) {
    this.state = URI.create(agent + "/task-protection/v1/state");
    this.json = json;
  }

  @Override
  public void protect(Duration expiry) throws IOException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("ProtectionEnabled", true);
    body.put("ExpiresInMinutes", expiry.toMinutes());
    put(body, true);
  }

  @Override
  public void release() throws IOException {
    put(Map.of("ProtectionEnabled", false), false);
  }

  private void put(Map<String, Object> body, boolean wanted) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(state)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
            .build();
    try {
      HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      requireDone(answer, wanted);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  /** A refusal may come with status 200, so only the confirmed state counts. */
  private void requireDone(HttpResponse<byte[]> answer, boolean wanted) throws IOException {
    JsonNode body = json.readValue(answer.body(), JsonNode.class);
    JsonNode protection = part(body, "protection");
    JsonNode enabled = part(protection, "ProtectionEnabled");
    if (enabled == null || !enabled.isBoolean() || enabled.getBooleanValue() != wanted) {
      JsonNode error = part(body, "error");
      throw new IOException(
          "status %d, %s %s %s"
              .formatted(
                  answer.statusCode(),
                  text(part(error, "Code")),
                  text(part(error, "Message")),
                  text(part(part(body, "failure"), "Reason"))));
    }
  }

  private static @Nullable JsonNode part(@Nullable JsonNode node, String name) {
    return node == null ? null : node.get(name);
  }

  private static String text(@Nullable JsonNode node) {
    return node == null || !node.isString() ? "" : node.getStringValue();
  }
}
