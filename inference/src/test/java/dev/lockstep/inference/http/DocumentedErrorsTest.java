package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.lifecycle.Readiness;
import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.inference.tiny.TinyModels;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.web.router.Router;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every error that the OpenAPI document promises is provoked, and answered as it says. The document
 * is what is gone through: a promise that nobody knows how to provoke fails.
 */
final class DocumentedErrorsTest {
  /** How each operation is called when all is well; the errors follow from it. */
  private static final Map<String, Call> CALLS =
      Stream.of(
              Call.post("/v1/embeddings", "fixed", "failing", "{'model':'%s','input':'a'}"),
              Call.post(
                  "/v1/classify", "sentiment", "failing-classes", "{'model':'%s','input':'a'}"),
              Call.post(
                  "/v1/rerank",
                  "reranker",
                  "failing-reranker",
                  "{'model':'%s','query':'a','documents':['a']}"),
              Call.post(
                  "/rerank",
                  "reranker",
                  "failing-reranker",
                  "{'model':'%s','query':'a','documents':['a']}"),
              Call.post(
                  "/v2/models/{name}/infer",
                  "tensors",
                  "failing",
                  "{'inputs':[{'name':'input_ids','shape':[1,1],'datatype':'INT64','data':[14]}]}"),
              Call.post(
                  "/v2/models/{name}/versions/{version}/infer",
                  "tensors",
                  "failing",
                  "{'inputs':[{'name':'input_ids','shape':[1,1],'datatype':'INT64','data':[14]}]}"),
              Call.operator("/v2/repository/index"),
              Call.operator("/v2/repository/models/{name}/load"),
              Call.operator("/v2/repository/models/{name}/unload"),
              Call.get("/v2"),
              Call.get("/v2/models/{name}/versions/{version}"),
              Call.get("/v2/models/{name}/versions/{version}/ready"),
              Call.get("/v1/models"),
              Call.get("/v1/models/{id}"),
              Call.get("/v2/models/{name}"),
              Call.get("/v2/models/{name}/ready"),
              Call.get("/v2/health/live"),
              Call.get("/v2/health/ready"),
              Call.get("/healthz"),
              Call.get("/metrics"))
          .collect(Collectors.toMap(Call::operation, Function.identity()));

  private static final ApiDocument DOCUMENT = ApiDocument.read();
  private static final FaultyEngine HANGING = new FaultyEngine();
  private static final FaultyEngine BROKEN = new FaultyEngine();

  private static EmbeddedServer serving;
  private static EmbeddedServer draining;
  private static EmbeddedServer impatient;
  private static InferenceServer stuck;
  private static InferenceServer broken;

  @BeforeAll
  static void start(@TempDir Path models) {
    TinyModels.ofEachKind(models);
    TinyModels.tensors(models.resolve("spare"));
    Map<String, Object> settings =
        Map.of(
            "lockstep.api-keys",
            "key",
            "lockstep.operator-keys",
            Call.OPERATOR,
            "lockstep.anonymous",
            false,
            "lockstep.budget",
            "60s",
            "lockstep.model",
            models.toString(),
            "micronaut.server.port",
            -1);
    serving = ApplicationContext.run(EmbeddedServer.class, settings);
    draining = ApplicationContext.run(EmbeddedServer.class, settings);
    Map<String, Object> hasty = new HashMap<>(settings);
    hasty.put("lockstep.read-timeout", "100ms");
    impatient = ApplicationContext.run(EmbeddedServer.class, hasty);
    Readiness readiness = draining.getApplicationContext().getBean(Readiness.class);
    readiness.drain();
    readiness.shut();
    stuck =
        InferenceServer.start(
            new InferenceServer.Settings(
                0,
                Optional.of(HANGING),
                Map.of(
                    "lockstep.anonymous",
                    true,
                    "lockstep.longest-run",
                    "1ms",
                    "lockstep.max-in-flight",
                    1)));
    HANGING.hang();
    broken =
        InferenceServer.start(
            new InferenceServer.Settings(
                0,
                Optional.of(BROKEN),
                Map.of("lockstep.anonymous", true, "lockstep.operator-keys", Call.OPERATOR)));
    BROKEN.fail("GPU 0 fails: CUDA failure 2: out of memory");
  }

  @AfterAll
  static void stop() {
    HANGING.release();
    stuck.close();
    broken.close();
    draining.close();
    impatient.close();
    serving.close();
  }

  /** What came back. */
  private record Answered(int status, String body) {
    static Answered of(HttpResponse<String> response) {
      return new Answered(response.statusCode(), response.body());
    }
  }

  @TestFactory
  Stream<DynamicTest> everyErrorInTheDocumentIsAnsweredSo() {
    return DOCUMENT.answers().stream()
        .filter(answer -> answer.status() >= 400)
        .map(answer -> dynamicTest(answer.toString(), () -> prove(answer)));
  }

  private static void prove(ApiDocument.Answer promised) {
    Call call = call(promised.operation());
    Answered response = provoke(call, promised.status());

    assertThat(response.status()).as(response.body()).isEqualTo(promised.status());
    assertThat(promised.schema()).as("a schema of what is answered").isPresent();
    assertThat(
            DOCUMENT.complaints(
                promised.schema().orElseThrow(), JsonAnswer.of(response.body()).node(), "body"))
        .as(response.body())
        .isEmpty();
  }

  private static Call call(String operation) {
    return Objects.requireNonNull(CALLS.get(operation), "nobody knows how to call " + operation);
  }

  private static Answered provoke(Call call, int status) {
    return status == 408 ? tooSlow(call) : Answered.of(provokedBy(call, status));
  }

  private static HttpResponse<String> provokedBy(Call call, int status) {
    HttpTester http = new HttpTester(serving.getURI());
    return switch (status) {
      case 400 -> http.send(call.with(http, call.isOperators() ? "[]" : "{}"));
      case 401 -> http.send(call.good(http).setHeader("Authorization", "Bearer wrong"));
      case 403 -> http.send(call.good(http).setHeader("Authorization", "Bearer key"));
      case 404 -> notFound(call, http);
      case 406 -> http.send(call.good(http).setHeader("Accept", "image/png"));
      case 413 -> http.send(call.with(http, " ".repeat(4_194_305)));
      case 415 -> http.send(call.good(http).setHeader("Content-Type", "text/csv"));
      case 429 -> whileStuck(call);
      case 500 -> failed(call, http);
      case 503 -> unavailable(call);
      default -> throw new AssertionError("nobody knows how to provoke " + status);
    };
  }

  /** Java's client waits until it has sent all of a body before it reads. */
  private static Answered tooSlow(Call call) {
    try (RawConnection slow = new RawConnection(impatient.getURI())) {
      int status = slow.send(call.head()).status();
      return new Answered(status, slow.rest());
    }
  }

  /** An operation on all models is not there where no operator is. */
  private static HttpResponse<String> notFound(Call call, HttpTester http) {
    return call.isOperators() && !call.operation().contains("{name}")
        ? http.send(call.good(new HttpTester(stuck.uri())))
        : http.send(call.of(http, "nobody"));
  }

  /** A load is no run of a model that was badly made: only the device can fail it so. */
  private static HttpResponse<String> failed(Call call, HttpTester http) {
    HttpTester onBroken = new HttpTester(broken.uri());
    return call.isOperators()
        ? onBroken.send(call.of(onBroken, EmbeddedModel.NAME))
        : http.send(call.of(http, call.failing()));
  }

  /** The one request that it takes is under way, and stays so. */
  private static HttpResponse<String> whileStuck(Call call) {
    HttpTester http = new HttpTester(stuck.uri());
    Thread.ofVirtual()
        .start(
            () -> http.post("/v1/embeddings", "{\"model\":\"all-MiniLM-L6-v2\",\"input\":\"a\"}"));
    HANGING.awaitRun();
    return http.send(call.good(http));
  }

  /** A server that has drained is alive; only one whose device hangs is not. */
  private static HttpResponse<String> unavailable(Call call) {
    if (call.operation().endsWith("/live")) {
      return whileStuck(call);
    }
    HttpTester http = new HttpTester(draining.getURI());
    return http.send(call.good(http));
  }

  @Test
  void everyCallIsServedBeforeItIsSpoilt() {
    HttpTester http = new HttpTester(serving.getURI());
    for (Call call : CALLS.values()) {
      assertThat(http.send(call.good(http)).statusCode()).as(call.operation()).isEqualTo(200);
    }
  }

  @Test
  void whatIsServedIsWhatTheDocumentSays() {
    HttpTester http = new HttpTester(serving.getURI());
    for (ApiDocument.Answer answer : DOCUMENT.answers()) {
      if (answer.status() == 200 && !answer.operation().equals("GET /metrics")) {
        Call call = call(answer.operation());
        JsonAnswer body = JsonAnswer.of(http.send(call.good(http)).body());
        assertThat(answer.schema()).as(answer.toString()).isPresent();
        assertThat(DOCUMENT.complaints(answer.schema().orElseThrow(), body.node(), "body"))
            .as(answer.toString())
            .isEmpty();
      }
    }
  }

  @Test
  void thePageAndTheDocumentNeedNoKeyAndThePageReachesNobodyElse() {
    HttpTester http = new HttpTester(serving.getURI());

    HttpResponse<String> page = http.get("/swagger-ui");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("/swagger/lockstep-inference.json").doesNotContain("//cdn");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'self'");
    assertThat(http.get("/swagger-ui/res/swagger-ui-bundle.js").statusCode()).isEqualTo(200);
    assertThat(http.get("/swagger/lockstep-inference.json").statusCode()).isEqualTo(200);
  }

  @Test
  void theDocumentRefersToNothingThatItDoesNotDefine() {
    assertThat(DOCUMENT.dangling()).isEmpty();
  }

  @Test
  void noOperationHasTheNameOfAnother() {
    assertThat(DOCUMENT.operations().values().stream().map(one -> one.at("operationId").text()))
        .doesNotHaveDuplicates();
  }

  @Test
  void everyRouteIsInTheDocument() {
    Set<String> routes =
        serving
            .getApplicationContext()
            .getBean(Router.class)
            .uriRoutes()
            .map(route ->
                route.getHttpMethodName() + " " + route.getUriMatchTemplate().toPathString())
            .filter(route -> !route.startsWith("HEAD ") && !route.startsWith("OPTIONS "))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(DOCUMENT.operations().keySet()).isEqualTo(routes);
  }

  @Test
  void everyOperationPromisesTheErrorsOfItsKind() {
    Map<String, Set<Integer>> promised =
        DOCUMENT.answers().stream()
            .collect(
                Collectors.groupingBy(
                    ApiDocument.Answer::operation,
                    Collectors.mapping(ApiDocument.Answer::status, Collectors.toSet())));

    promised.forEach((operation, statuses) -> {
      assertThat(statuses).as(operation).contains(200, 406);
      if (operation.startsWith("POST /v2/repository/")) {
        assertThat(statuses).as(operation).contains(400, 401, 403, 404, 408, 413, 415);
      } else if (operation.startsWith("POST ")) {
        assertThat(statuses).as(operation).contains(400, 401, 404, 408, 413, 415, 429, 500, 503);
      }
      if (operation.startsWith("GET /v1/") || operation.matches("GET /v2(/models/.*)?")) {
        assertThat(statuses).as(operation).contains(401);
      }
    });
  }

  @Test
  void everyDocumentedFieldOfATextRequestIsRead() {
    HttpTester http = new HttpTester(serving.getURI());
    for (String operation :
        List.of("POST /v1/embeddings", "POST /v1/rerank", "POST /v1/classify")) {
      Call call = call(operation);
      String good = call.body().orElseThrow().apply(call.model());
      for (String field : DOCUMENT.requestFields(operation)) {
        // The last of two fields of one name holds.
        String spoilt = good.substring(0, good.length() - 1) + ",\"" + field + "\":{}}";
        HttpRequest.Builder request = call.with(http, spoilt);

        HttpResponse<String> response = http.send(request);

        assertThat(response.statusCode()).as(operation + " " + field).isEqualTo(400);
        assertThat(JsonAnswer.of(response.body()).at("error").at("param").text()).isEqualTo(field);
      }
    }
  }
}
