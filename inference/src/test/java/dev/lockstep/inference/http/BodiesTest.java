package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.tiny.TinyModels;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of all bodies together, on a server that has room for a hundred thousand. */
final class BodiesTest {
  private static final int ROOM = 100_000;

  private static InferenceServer server;
  private static HttpTester http;

  @BeforeAll
  static void start(@TempDir Path models) {
    TinyModels.fixed(models.resolve("fixed"));
    server =
        InferenceServer.start(
            new InferenceServer.Settings(
                0,
                Optional.empty(),
                Map.of(
                    "lockstep.api-keys",
                    "key",
                    "lockstep.budget",
                    "60s",
                    "lockstep.max-body-bytes",
                    ROOM,
                    "lockstep.model",
                    models.toString())));
    http = new HttpTester(server.uri());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aBodyThatIsStillComingTakesTheRoomThatItDeclaresUntilItsAnswer() {
    try (RawConnection slow = announced(90_000)) {
      HttpResponse<String> refused = embed(20_000);

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      assertThat(JsonAnswer.of(refused.body()).at("error").at("message").text())
          .isEqualTo(
              "the bodies under way fill the memory that is set aside for them; try again in 1000"
                  + " ms");
      assertThat(embed(2_000).statusCode()).isEqualTo(200);

      slow.send("[" + " ".repeat(89_998) + "]");
      assertThat(slow.status()).isEqualTo(400);
      assertThat(embed(20_000).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aCallerThatHangsUpLeavesItsRoom() {
    announced(90_000).close();

    assertThat(eventually(20_000)).isEqualTo(200);
  }

  @Test
  void aBodyOfUnknownSizeTakesWhatTheLargestMayHave() {
    HttpRequest.Builder chunked =
        http.request("/v1/embeddings", "Authorization", "Bearer key")
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.fromPublisher(
                    HttpRequest.BodyPublishers.ofString("{}")));

    HttpResponse<String> refused = http.send(chunked);

    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(JsonAnswer.of(refused.body()).at("error").at("message").text())
        .isEqualTo(
            "the body has 4194304 bytes; all bodies under way together may have 100000");
  }

  @Test
  void aBodyThatNeverFitsIsTooLargeAndNotToBeTriedAgain() {
    HttpResponse<String> refused = embed(ROOM + 1);

    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(refused.headers().firstValue("Retry-After")).isEmpty();
  }

  @Test
  void whoHasNoKeyTakesNoRoom() {
    try (RawConnection stranger = new RawConnection(server.uri())) {
      stranger.send(
          """
          POST /v1/embeddings HTTP/1.1\r
          Host: localhost\r
          Content-Type: application/json\r
          Content-Length: 90000\r
          \r
          """);
      assertThat(stranger.status()).isEqualTo(401);

      assertThat(embed(20_000).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatIsRefusedForItsBodyIsCountedAsDemand() {
    try (RawConnection _ = announced(90_000)) {
      embed(20_000);

      assertThat(http.get("/metrics").body())
          .containsPattern(
              "inference_requests_refused_total\\{endpoint=\"embeddings\",reason=\"bodies\"\\} [1-9]");
    }
  }

  /** A request whose headers the server has taken, and whose body is still to come. */
  private static RawConnection announced(int bytes) {
    RawConnection connection = new RawConnection(server.uri());
    connection.send(
        """
        POST /v1/embeddings HTTP/1.1\r
        Host: localhost\r
        Authorization: Bearer key\r
        Content-Type: application/json\r
        Content-Length: %d\r
        Expect: 100-continue\r
        \r
        """
            .formatted(bytes));
    assertThat(connection.status()).isEqualTo(100);
    return connection;
  }

  private static HttpResponse<String> embed(int bytes) {
    String body = "{\"model\":\"fixed\",\"input\":\"cat\"}";
    int spaces = bytes - body.getBytes(StandardCharsets.UTF_8).length;
    return http.post(
        "/v1/embeddings", body + " ".repeat(spaces), "Authorization", "Bearer key");
  }

  /** The server sees a closed connection a little later than the client. */
  private static int eventually(int bytes) {
    Instant end = Instant.now().plus(Duration.ofMinutes(1));
    int status = embed(bytes).statusCode();
    while (status == 429 && Instant.now().isBefore(end)) {
      status = embed(bytes).statusCode();
    }
    return status;
  }
}
