package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.tiny.OpenServer;
import dev.lockstep.inference.tiny.TinyModels;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The answers of every path of the Open Inference Protocol, held by a validator of other people's
 * against a schema that was written from the protocol's text. No client from a registry reads
 * metadata or readiness over HTTP: Triton's for Java infers and nothing else, Camel's and the one
 * for Node speak gRPC.
 *
 * @see <a
 *     href="https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md">The
 *     protocol</a>
 */
final class ProtocolSchemaTest {
  private static final String FILE = "/open-inference/answers.schema.json";
  private static final SchemaRegistry SCHEMAS = schemas();

  private static InferenceServer server;
  private static HttpTester http;

  @BeforeAll
  static void serve(@TempDir Path models) {
    TinyModels.ofEachType(models);
    server = OpenServer.of(models);
    http = new HttpTester(server.uri());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/v2, server",
    "/v2/, server",
    "/v2/health/live, live",
    "/v2/models/FP32, model",
    "/v2/models/BYTES, model",
    "/v2/models/BF16/versions/3, model",
    "/v2/models/FP32/ready, modelReady",
    "/v2/models/FP32/versions/3/ready, modelReady"
  })
  void whatCanBeReadConforms(String path, String definition) {
    HttpResponse<String> answer = http.get(path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertConforms(definition, answer.body());
  }

  /** The protocol says no more than the status of it. */
  @Test
  void aServerThatIsReadySaysSoByItsStatus() {
    assertThat(http.get("/v2/health/ready").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/models/nobody",
        "/v2/models/nobody/ready",
        "/v2/models/FP32/versions/4",
        "/v2/models/FP32/versions/4/ready"
      })
  void whatIsNotThereIsAnErrorOfTheProtocol(String path) {
    HttpResponse<String> answer = http.get(path);

    assertThat(answer.statusCode()).isBetween(400, 499);
    assertConforms("error", answer.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          BOOL  | [[true,false]]
          UINT8 | [0,255]
          INT8  | [[-128,127]]
          INT16 | [0,1]
          INT32 | [0,1]
          INT64 | [0,9223372036854775807]
          FP32  | [[0.5,"NaN"]]
          FP64  | [0,1]
          BYTES | ["one","two"]
          """)
  void anInferenceConformsFromRequestToAnswer(String type, String data) {
    String request =
        """
        {"id":"42","parameters":{"note":"ours"},
         "inputs":[{"name":"x","shape":[1,2],"datatype":"%s","data":%s}],
         "outputs":[{"name":"y"}]}\
        """
            .formatted(type, data);
    assertConforms("request", request);
    for (String version : List.of("", "/versions/3")) {
      HttpResponse<String> answer = http.post("/v2/models/" + type + version + "/infer", request);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertConforms("response", answer.body());
      JsonAnswer response = JsonAnswer.of(answer.body());
      assertThat(response.at("id").text()).isEqualTo("42");
      assertThat(response.at("model_name").text()).isEqualTo(type);
    }
  }

  @Test
  void anInferenceThatIsRefusedIsAnErrorOfTheProtocol() {
    HttpResponse<String> answer = http.post("/v2/models/FP32/infer", "{\"inputs\":[]}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertConforms("error", answer.body());
  }

  /** A judge that finds nothing wrong with anything is none. */
  @Test
  void theSchemaRefusesWhatTheProtocolDoesNotHave() {
    assertThat(complaints("server", "{\"name\":\"x\",\"version\":2,\"extensions\":[]}")).hasSize(1);
    assertThat(complaints("model", "{\"name\":\"x\",\"platform\":\"y\",\"inputs\":[]}")).hasSize(1);
    assertThat(complaints("response", "{\"model_name\":\"x\",\"outputs\":[{\"name\":\"y\"}]}"))
        .hasSize(3);
    assertThat(complaints("error", "{\"error\":{\"message\":\"x\"}}")).hasSize(1);
  }

  private static void assertConforms(String definition, String body) {
    assertThat(complaints(definition, body)).as(body).isEmpty();
  }

  private static List<Error> complaints(String definition, String body) {
    Schema schema =
        SCHEMAS.getSchema(
            SchemaLocation.of("urn:lockstep:open-inference-answers#/$defs/" + definition));
    return schema.validate(body, InputFormat.JSON);
  }

  private static SchemaRegistry schemas() {
    try (InputStream file = ProtocolSchemaTest.class.getResourceAsStream(FILE)) {
      String text =
          new String(Objects.requireNonNull(file, FILE).readAllBytes(), StandardCharsets.UTF_8);
      return SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          registry -> registry.schemas(Map.of("urn:lockstep:open-inference-answers", text)));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
