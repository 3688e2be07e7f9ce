package dev.lockstep.inference.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lockstep.inference.batching.BatchListener;
import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.CostModel;
import dev.lockstep.inference.batching.HeldKind;
import dev.lockstep.inference.batching.Lanes;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task with long work, and an agent on loopback that answers as ECS's does. */
@Timeout(60)
final class ScaleInProtectionTest {
  private static final String PROTECT = "PUT {\"ProtectionEnabled\":true,\"ExpiresInMinutes\":4}";
  private static final String RELEASE = "PUT {\"ProtectionEnabled\":false}";

  private final AtomicLong now = new AtomicLong();

  /** A token is said to take a second. */
  private final HeldKind device = new HeldKind(new CostModel(0, 1e9));

  private final Batcher batcher = Batcher.start(new Lanes(1, 0), now::get, BatchListener.NONE);
  private final Agent agent = new Agent();
  private ScaleInProtection protection;

  @BeforeEach
  void protect() {
    protection = protection(Optional.of(agent.client()));
  }

  @AfterEach
  void stop() {
    device.letGo(10);
    batcher.close();
    agent.server.stop(0);
  }

  @Test
  void aTaskIsProtectedWhileALongBatchRunsAndNotAfter() {
    protection.look();
    assertThat(agent.asked).isEmpty();

    CompletableFuture<?> answer = submitLong();
    protection.look();
    protection.look();
    assertThat(agent.asked).containsExactly(PROTECT);

    device.letGo(1);
    answer.join();
    pass(ProtectionRule.QUIET);
    protection.look();
    assertThat(agent.asked).containsExactly(PROTECT, RELEASE);
  }

  @Test
  void aRefusalIsTriedAgainLaterAndNobodyIsHurt() {
    agent.answer(400, "{\"error\":{\"Code\":\"AccessDeniedException\",\"Message\":\"no role\"}}");
    CompletableFuture<?> answer = submitLong();

    protection.look();
    protection.look();
    assertThat(agent.asked).containsExactly(PROTECT);
    agent.agree();
    pass(ScaleInProtection.BEFORE_AGAIN);
    protection.look();

    assertThat(agent.asked).containsExactly(PROTECT, PROTECT);
    device.letGo(1);
    answer.join();
  }

  @Test
  void whatTheAgentRefusesIsSaid() throws IOException {
    agent.answer(400, "{\"error\":{\"Code\":\"AccessDeniedException\",\"Message\":\"no role\"}}");
    assertThatThrownBy(() -> agent.client().protect(Duration.ofMinutes(4)))
        .isInstanceOf(IOException.class)
        .hasMessage("status 400, AccessDeniedException no role ");

    agent.answer(200, "{\"failure\":{\"Arn\":\"x\",\"Reason\":\"TASK_NOT_VALID\"}}");
    assertThatThrownBy(() -> agent.client().release())
        .hasMessageContaining("status 200")
        .hasMessageEndingWith("TASK_NOT_VALID");

    agent.answer(200, "{\"protection\":{\"ProtectionEnabled\":false}}");
    assertThatThrownBy(() -> agent.client().protect(Duration.ofMinutes(4)))
        .hasMessageStartingWith("status 200");

    agent.answer(500, "<html>");
    assertThatThrownBy(() -> agent.client().release()).isInstanceOf(IOException.class);
  }

  @Test
  void anAgentThatIsNotThereHurtsNobody() {
    agent.server.stop(0);
    CompletableFuture<?> answer = submitLong();

    protection.look();

    device.letGo(1);
    assertThat(answer.join()).isNotNull();
  }

  @Test
  void outsideEcsNothingIsAsked() {
    ScaleInProtection nowhere = protection(Optional.empty());

    nowhere.start();
    nowhere.stop();

    assertThat(agent.asked).isEmpty();
  }

  private ScaleInProtection protection(Optional<EcsAgent> client) {
    return new ScaleInProtection(
        new ProtectionRule(Duration.ofSeconds(20)),
        client,
        batcher,
        new Liveness(batcher, Duration.ofHours(1)),
        now::get);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private CompletableFuture<List<String>> submitLong() {
    CompletableFuture<List<String>> answer =
        device.submit(batcher, HeldKind.caller(now::get, Duration.ofHours(1)), "x".repeat(100));
    device.awaitStarted();
    return answer;
  }

  /** Agrees until it is told to answer something else. */
  private static final class Agent {
    final List<String> asked = new CopyOnWriteArrayList<>();
    final HttpServer server;
    private volatile Optional<Answer> other = Optional.empty();

    private record Answer(int status, String body) {}

    Agent() {
      try {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      } catch (IOException failed) {
        throw new AssertionError(failed);
      }
      server.createContext("/api/task-protection/v1/state", this::take);
      server.start();
    }

    EcsAgent client() {
      return new HttpEcsAgent(
          URI.create("http://127.0.0.1:%d/api".formatted(server.getAddress().getPort())),
          JsonMapper.createDefault());
    }

    void answer(int status, String body) {
      other = Optional.of(new Answer(status, body));
    }

    void agree() {
      other = Optional.empty();
    }

    private void take(HttpExchange exchange) throws IOException {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      asked.add(exchange.getRequestMethod() + " " + body);
      Answer answer =
          other.orElseGet(() ->
              new Answer(
                  200,
                  "{\"protection\":{\"ProtectionEnabled\":%s,\"TaskArn\":\"arn\"}}"
                      .formatted(body.contains("true"))));
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    }
  }
}
