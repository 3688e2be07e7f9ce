package dev.lockstep.inference.http;

import static dev.lockstep.inference.http.Json.at;
import static dev.lockstep.inference.http.Json.parse;
import static dev.lockstep.inference.http.Json.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.lifecycle.Readiness;
import io.micronaut.context.ApplicationContext;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Open Inference Protocol tells of the server and its models, and how it refuses. */
final class OpenInferenceTest {
  @TempDir static Path models;

  private static TensorServer server;

  @BeforeAll
  static void serve() {
    server = TensorServer.start(models);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void theServerTellsItsNameItsExtensionsAndWhatItRuns() throws IOException {
    JsonNode metadata = server.ok(server.get("/v2"));

    assertThat(text(metadata, "name")).isEqualTo("lockstep-inference");
    assertThat(text(metadata, "version")).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    assertThat(text(metadata, "extensions", 0)).isEqualTo("binary_tensor_data");
    JsonNode model = at(metadata, "parameters", "models", "arithmetic");
    assertThat(text(model, "provider")).isEqualTo("cpu");
    assertThat(text(model, "device")).endsWith("CPU threads");
    assertThat(text(model, "fingerprint")).matches("[0-9a-f]{64}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v2", "/v2/", "/v2/models/FP32", "/v2//models/FP32", "/v2/%6dodels/FP32"})
  void nothingIsToldWithoutAKeyHoweverThePathIsWritten(String path) {
    assertThat(server.http().get(path).statusCode()).isIn(401, 404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/models/FP32", "/v2/models/FP32/versions/3"})
  void aModelTellsItsTensorsWithAndWithoutItsVersion(String path) throws IOException {
    JsonNode metadata = server.ok(server.get(path));

    assertThat(text(metadata, "name")).isEqualTo("FP32");
    assertThat(text(metadata, "versions", 0)).isEqualTo("3");
    assertThat(text(metadata, "platform")).isEqualTo("onnxruntime_onnx");
    JsonNode input = at(metadata, "inputs", 0);
    assertThat(text(input, "name")).isEqualTo("x");
    assertThat(text(input, "datatype")).isEqualTo("FP32");
    assertThat(at(input, "shape", 0).getIntValue()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/models/FP32/ready", "/v2/models/FP32/versions/3/ready"})
  void aModelSaysThatItIsReady(String path) throws IOException {
    JsonNode ready = server.ok(server.get(path));

    assertThat(text(ready, "name")).isEqualTo("FP32");
    assertThat(at(ready, "ready").getBooleanValue()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/ready"})
  void aVersionThatIsNotThereIsNotFoundAndThoseThatAreAreNamed(String what) throws IOException {
    HttpResponse<String> response = server.get("/v2/models/FP32/versions/7" + what);

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(text(parse(response.body()), "error"))
        .isEqualTo("model 'FP32' has no version '7'; there is 3");
  }

  @Test
  void aVersionThatIsNotThereInfersNothing() throws IOException {
    HttpResponse<String> response =
        server.post("/v2/models/FP32/versions/7/infer", "{\"inputs\":[]}");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(text(parse(response.body()), "error")).contains("has no version '7'");
  }

  @Test
  void whatTheFrameworkRefusesHasTheProtocolsShapeToo() throws IOException {
    String path = "/v2/models/FP32/infer";
    HttpResponse<byte[]> tooLarge = server.send(path, new byte[4_194_305]);
    HttpResponse<String> type =
        server
            .http()
            .send(
                server
                    .http()
                    .request(path, "Authorization", "Bearer secret", "Content-Type", "text/csv")
                    .POST(HttpRequest.BodyPublishers.ofString("1,2")));
    HttpResponse<String> method = server.get(path);

    assertThat(tooLarge.statusCode()).isEqualTo(413);
    assertThat(text(parse(new String(tooLarge.body(), StandardCharsets.UTF_8)), "error"))
        .contains("4194304");
    assertThat(type.statusCode()).isEqualTo(415);
    assertThat(text(parse(type.body()), "error")).isNotBlank();
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(text(parse(method.body()), "error")).isNotBlank();
    assertThat(server.http().post(path, "{}").statusCode()).isEqualTo(401);
  }

  @Test
  void aServerThatDrainsIsAliveAndNotReadyAndTakesNothing() {
    Map<String, Object> settings =
        Map.of(
            "micronaut.server.port",
            -1,
            "lockstep.anonymous",
            true,
            "lockstep.model",
            models.resolve("FP32").toString());
    try (ApplicationContext context = ApplicationContext.run(settings)) {
      HttpTester draining = new HttpTester(context.getBean(EmbeddedServer.class).start().getURI());
      context.getBean(Readiness.class).drain();
      context.getBean(Readiness.class).shut();

      assertThat(draining.get("/v2/health/live").statusCode()).isEqualTo(200);
      assertThat(draining.get("/v2/health/ready").statusCode()).isEqualTo(503);
      assertThat(draining.get("/v2/models/FP32/ready").statusCode()).isEqualTo(503);
      HttpResponse<String> refused = draining.post("/v2/models/FP32/infer", "{}");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(text(parse(refused.body()), "error"))
          .isEqualTo("this task is draining and takes no requests");
    }
  }

  @Test
  void aRunThatFailsIsTheServersFailureAndSaysNothingOfItsInside() {
    HttpResponse<String> failed =
        server.post(
            "/v2/models/gather/infer",
            """
            {"inputs":[{"name":"rows","shape":[1],"datatype":"FP32","data":[1]},
              {"name":"at","shape":[1],"datatype":"INT64","data":[99]}]}\
            """);

    assertThat(failed.statusCode()).isEqualTo(500);
    assertThat(text(parse(failed.body()), "error"))
        .isEqualTo("the server failed; its log says why");
  }
}
