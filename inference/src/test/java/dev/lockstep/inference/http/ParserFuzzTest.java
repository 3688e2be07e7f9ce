package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.tiny.TinyModels;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Whatever comes in, the answer is an answer: what is served, or a refusal in the protocol's shape
 * that names the field and repeats nothing that the client wrote. Never a failure of the server.
 */
final class ParserFuzzTest {
  private static final String KEY = "Authorization";
  private static final int TRIES = 500;

  private static @Nullable InferenceServer server;
  private static @Nullable HttpTester http;
  private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

  @BeforeContainer
  static void start() throws IOException {
    Path models = Files.createTempDirectory("fuzz");
    TinyModels.matryoshka(models.resolve("matryoshka"));
    TinyModels.sentiment(models.resolve("sentiment"));
    TinyModels.reranker(models.resolve("reranker"));
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
                    "lockstep.model",
                    models.toString())));
    http = new HttpTester(server.uri());
    LOG.start();
    log().addAppender(LOG);
  }

  @AfterContainer
  static void stop() {
    log().detachAppender(LOG);
    server().close();
  }

  /** A request that is served, before one of its fields is spoilt. */
  record Good(String path, Map<String, String> fields) {
    static Good of(String path, String... namesAndValues) {
      Map<String, String> fields = new LinkedHashMap<>();
      for (int i = 0; i < namesAndValues.length; i += 2) {
        fields.put(namesAndValues[i], namesAndValues[i + 1].replace('\'', '"'));
      }
      return new Good(path, fields);
    }

    Spoilt with(String field, String value) {
      Map<String, String> spoilt = new LinkedHashMap<>(fields);
      spoilt.put(field, value);
      String body =
          spoilt.entrySet().stream()
              .map(entry -> '"' + entry.getKey() + "\":" + entry.getValue())
              .collect(Collectors.joining(",", "{", "}"));
      return new Spoilt(path, field, body);
    }
  }

  record Spoilt(String path, String field, String body) {}

  private static final List<Good> GOOD =
      List.of(
          Good.of(
              "/v1/embeddings",
              "model",
              "'matryoshka'",
              "input",
              "['cat','dog']",
              "dimensions",
              "3",
              "encoding_format",
              "'float'",
              "truncate",
              "false",
              "user",
              "'me'"),
          Good.of(
              "/v1/rerank",
              "model",
              "'reranker'",
              "query",
              "'cat'",
              "documents",
              "['cat',{'text':'dog'}]",
              "top_n",
              "1",
              "return_documents",
              "false",
              "truncate",
              "false",
              "user",
              "'me'"),
          Good.of(
              "/v1/classify",
              "model",
              "'sentiment'",
              "input",
              "'good cat'",
              "truncate",
              "false",
              "user",
              "'me'"));

  @Provide
  Arbitrary<Spoilt> spoilt() {
    Arbitrary<Good> good = Arbitraries.of(GOOD);
    return Combinators.combine(good, Arbitraries.integers().between(0, 6), JsonArbitraries.values())
        .as((request, which, value) -> {
          List<String> names = List.copyOf(request.fields().keySet());
          return request.with(names.get(which % names.size()), value);
        });
  }

  @Property(tries = TRIES)
  void aFieldWithAnyValueIsServedOrRefusedByItsName(@ForAll("spoilt") Spoilt request) {
    HttpResponse<String> response = post(request.path(), request.body());

    switch (response.statusCode()) {
      case 200 -> {}
      case 400, 404 -> {
        JsonAnswer error = error(response);
        assertThat(error.at("message").text()).doesNotContain("canary");
        if (error.at("code").text().equals("malformed_json")) {
          // Deeper than the parser goes, or a number longer than it reads.
          assertThat(error.at("message").text()).startsWith("the body is not JSON");
        } else {
          assertThat(error.at("param").text()).startsWith(request.field());
          assertThat(error.at("message").text()).startsWith(request.field());
        }
      }
      default -> throw new AssertionError(response.statusCode() + " " + response.body());
    }
    requireNothingOfItInTheLog();
  }

  @Provide
  Arbitrary<Spoilt> extended() {
    return Combinators.combine(Arbitraries.of(GOOD), JsonArbitraries.values())
        .as((request, value) -> request.with("a field of tomorrow", value));
  }

  @Property(tries = TRIES / 5)
  void aFieldThatIsNotKnownIsPassedOverWhateverItHolds(@ForAll("extended") Spoilt request) {
    HttpResponse<String> response = post(request.path(), request.body());

    if (response.statusCode() != 200) {
      assertThat(error(response).at("code").text()).isEqualTo("malformed_json");
    }
  }

  @Property(tries = TRIES / 5)
  void aBodyThatIsNoObjectOfFieldsIsRefused(
      @ForAll("paths") String path, @ForAll("trees") String body) {
    HttpResponse<String> response = post(path, body);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(error(response).at("message").text()).doesNotContain("canary");
    requireNothingOfItInTheLog();
  }

  @Property(tries = TRIES)
  void bytesThatAreCutOrChangedAreServedOrRefused(
      @ForAll("goodBodies") Spoilt good,
      @ForAll int place,
      @ForAll byte change,
      @ForAll boolean cut) {
    byte[] bytes = good.body().getBytes(StandardCharsets.UTF_8);
    int at = Math.floorMod(place, bytes.length);
    byte[] changed = cut ? Arrays.copyOf(bytes, at) : bytes.clone();
    if (!cut) {
      changed[at] ^= change;
    }

    HttpResponse<String> response =
        http()
            .send(
                http()
                    .request(good.path(), KEY, "Bearer key")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(changed)));

    assertThat(response.statusCode()).as(response.body()).isIn(200, 400, 404);
    if (response.statusCode() != 200) {
      assertThat(error(response).at("message").text()).doesNotContain("canary");
    }
    requireNothingOfItInTheLog();
  }

  @Property(tries = TRIES)
  void aDeadlineIsReadOrRefusedByItsName(@ForAll("headers") String value) {
    String answer = raw("X-Request-Timeout-Ms: " + value, "Authorization: Bearer key");

    assertThat(status(answer)).as(answer).isIn(200, 400, 429);
    if (status(answer) == 400) {
      assertThat(answer).contains("\"type\":\"invalid_request_error\"");
      assertThat(repeats(answer, value)).isFalse();
    }
  }

  @Property(tries = TRIES)
  void aKeyThatIsNoneIsRefusedWhateverItsBytes(@ForAll("headers") String value) {
    String answer = raw("Authorization: " + value, "X-Request-Timeout-Ms: 60000");

    // A header that breaks HTTP's own rules is refused before it is compared.
    assertThat(status(answer)).as(answer).isIn(400, 401);
    assertThat(answer).contains("\"error\":{\"message\":");
    assertThat(repeats(answer, value)).isFalse();
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.of("/v1/embeddings", "/v1/rerank", "/rerank", "/v1/classify");
  }

  @Provide
  Arbitrary<String> trees() {
    return JsonArbitraries.values();
  }

  @Provide
  Arbitrary<Spoilt> goodBodies() {
    return Arbitraries.of(GOOD).map(good -> good.with("user", '"' + JsonArbitraries.CANARY + '"'));
  }

  /** Any byte but the two that end a header. */
  @Provide
  Arbitrary<String> headers() {
    return Arbitraries.oneOf(
        Arbitraries.strings()
            .withCharRange('\u0001', '\u00ff')
            .excludeChars('\r', '\n')
            .ofMaxLength(40),
        Arbitraries.longs().map(String::valueOf),
        Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(30),
        Arbitraries.of(
            "", "-1", "0", "1e3", "+5", "0x10", "Bearer", "Bearer ", "bearer key", "Basic key"),
        Arbitraries.of(10, 5_000).map(length -> "Bearer " + "k".repeat(length)));
  }

  private static Logger log() {
    return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  }

  private static void requireNothingOfItInTheLog() {
    List<ILoggingEvent> logged = List.copyOf(LOG.list);
    assertThat(logged).noneMatch(event -> event.getFormattedMessage().contains("canary"));
  }

  private static JsonAnswer error(HttpResponse<String> response) {
    JsonAnswer error = JsonAnswer.of(response.body()).at("error");
    assertThat(error.at("message").text()).isNotBlank();
    assertThat(error.at("type").text()).isNotBlank();
    assertThat(error.at("code").text()).isNotBlank();
    return error;
  }

  private static HttpResponse<String> post(String path, String body) {
    return http().post(path, body, KEY, "Bearer key");
  }

  /** A good request with these headers, byte for byte. */
  private static String raw(String... headers) {
    String body = "{\"model\":\"matryoshka\",\"input\":\"cat\"}";
    try (RawConnection connection = new RawConnection(server().uri())) {
      connection.send(
          "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + "Content-Type: application/json\r\nContent-Length: "
              + body.length()
              + "\r\n"
              + String.join("\r\n", headers)
              + "\r\n\r\n"
              + body);
      return connection.rest();
    }
  }

  /** What is shorter may stand in an answer by chance. */
  private static boolean repeats(String answer, String value) {
    return value.strip().length() > 8 && answer.contains(value.strip());
  }

  private static int status(String answer) {
    return Integer.parseInt(answer.split(" ", 3)[1]);
  }

  private static HttpTester http() {
    return Objects.requireNonNull(http, "made before the first property");
  }

  private static InferenceServer server() {
    return Objects.requireNonNull(server, "started before the first property");
  }
}
