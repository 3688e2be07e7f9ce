package dev.lockstep.scaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.model.EcsException;

/** The clients against a service that hangs, throttles and breaks; a real connection each time. */
@Timeout(60)
final class AwsClientsTest {
  private static final Duration MARGIN = Duration.ofMillis(500);
  private static final Duration LONGEST_CALL = Duration.ofSeconds(20);

  private final Deque<Answer> answers = new ArrayDeque<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch testIsOver = new CountDownLatch(1);
  private final Deadline deadline = new Deadline(LONGEST_CALL, MARGIN, System::nanoTime);

  private HttpServer server;
  private AwsClients aws;

  private sealed interface Answer {
    record Fine() implements Answer {}

    record Refused(int status, String error) implements Answer {}

    record Silence() implements Answer {}
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    aws =
        AwsClients.using(
            UrlConnectionHttpClient.create(),
            deadline,
            builder ->
                builder
                    .endpointOverride(endpoint)
                    .region(Region.US_EAST_1)
                    .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b"))));
  }

  @AfterEach
  void stop() {
    testIsOver.countDown();
    server.stop(0);
  }

  @Test
  void aServiceThatHangsIsLeftBeforeTheInvocationEnds() {
    answers.add(new Answer.Silence());
    deadline.begin(Duration.ofMillis(1500));

    Duration took =
        timed(() -> assertThatThrownBy(this::describe).isInstanceOf(ApiCallTimeoutException.class));

    assertThat(took).isBetween(Duration.ofMillis(900), Duration.ofMillis(1500));
  }

  @Test
  void itIsLeftOnAThreadOfItsOwnToo() throws InterruptedException {
    answers.add(new Answer.Silence());
    deadline.begin(Duration.ofMillis(1500));

    Duration took = timed(() -> Thread.ofVirtual().start(this::describeQuietly).join());

    assertThat(took).isBetween(Duration.ofMillis(900), Duration.ofMillis(1500));
  }

  @Test
  void aTryThatHangsIsGivenUpAndTheNextOneAnswers() {
    answers.add(new Answer.Silence());
    answers.add(new Answer.Fine());
    deadline.begin(Duration.ofSeconds(30));

    Duration took = timed(this::describe);

    assertThat(took).isBetween(Duration.ofMillis(2900), Duration.ofSeconds(6));
    assertThat(asked).hasValue(2);
  }

  @Test
  void theWaitBeforeARetryDoesNotOutliveTheInvocation() {
    answers.add(new Answer.Refused(400, "ThrottlingException"));
    answers.add(new Answer.Silence());
    deadline.begin(Duration.ofMillis(1500));

    Duration took =
        timed(() -> assertThatThrownBy(this::describe).isInstanceOf(ApiCallTimeoutException.class));

    assertThat(took).isLessThan(Duration.ofMillis(1500));
  }

  @Test
  void nothingIsAskedWhenTheTimeIsOver() {
    deadline.begin(MARGIN);

    assertThatThrownBy(this::describe)
        .isInstanceOf(SdkClientException.class)
        .hasMessageContaining("not asked: the invocation ends in less than 500 ms");
    assertThat(asked).hasValue(0);
  }

  @Test
  void aThrottledCallIsTriedAgain() {
    answers.add(new Answer.Refused(400, "ThrottlingException"));
    answers.add(new Answer.Refused(503, "ServiceUnavailable"));
    answers.add(new Answer.Fine());

    describe();

    assertThat(asked).hasValue(3);
  }

  @Test
  void aServiceThatStaysBrokenIsTriedThreeTimes() {
    for (int i = 0; i < 9; i++) {
      answers.add(new Answer.Refused(500, "ServerException"));
    }

    assertThatThrownBy(this::describe).isInstanceOf(EcsException.class);
    assertThat(asked).hasValue(3);
  }

  @Test
  void aRefusalThatNoRetryCanHealIsNotTriedAgain() {
    answers.add(new Answer.Refused(400, "AccessDeniedException"));

    assertThatThrownBy(this::describe).isInstanceOf(EcsException.class);
    assertThat(asked).hasValue(1);
  }

  @Test
  void theNextInvocationHasItsOwnTime() {
    answers.add(new Answer.Fine());
    deadline.begin(Duration.ZERO);
    deadline.begin(Duration.ofSeconds(10));

    describe();

    assertThat(asked).hasValue(1);
  }

  private void describe() {
    aws.ecs().describeServices(request -> request.cluster("lockstep").services("embed"));
  }

  private void describeQuietly() {
    try {
      describe();
    } catch (SdkClientException expected) {
      assertThat(expected).isInstanceOf(ApiCallTimeoutException.class);
    }
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private static Duration timed(Work work) {
    long start = System.nanoTime();
    try {
      work.run();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    Answer answer;
    synchronized (answers) {
      answer = answers.isEmpty() ? new Answer.Fine() : answers.removeFirst();
    }
    switch (answer) {
      case Answer.Fine _ -> send(exchange, 200, "{\"services\":[]}");
      case Answer.Refused(int status, String error) ->
          send(exchange, status, "{\"__type\":\"%s\"}".formatted(error));
      case Answer.Silence _ -> {
        try {
          testIsOver.await();
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(status, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }
}
