package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocols through the real HTTP server and the real model. */
@MicronautTest
final class ServerApiTest {
  private static final String MODEL = "all-MiniLM-L6-v2";

  @Inject EmbeddedServer server;
  @Inject JsonMapper json;

  private HttpTester http;

  @BeforeEach
  void connect() {
    http = new HttpTester(server.getURI());
  }

  @Test
  void anEmbeddingIsWhatOnnxRuntimeGivesPooledAndNormalized() throws IOException {
    String text = "The quick brown fox jumps over the lazy dog.";

    float[] served = vector(embed("\"" + text + "\""), 0);

    assertThat(served).hasSize(384);
    assertThat(served).containsExactly(DirectModel.embed(text), within(1e-5f));
  }

  @Test
  void aListIsAnsweredInOrderWhateverItsLengths() throws IOException {
    List<String> texts =
        List.of("hi", "a somewhat longer sentence than the first", "hi", "two words here");

    JsonNode response = embed("[\"" + String.join("\",\"", texts) + "\"]");

    for (int i = 0; i < texts.size(); i++) {
      assertThat(vector(response, i))
          .containsExactly(DirectModel.embed(texts.get(i)), within(1e-5f));
    }
    assertThat(member(member(response, "usage"), "prompt_tokens").getIntValue())
        .isEqualTo(texts.stream().mapToInt(text -> DirectModel.tokens(text).length).sum());
  }

  @Test
  void relatedSentencesAreNearerThanUnrelatedOnes() throws IOException {
    JsonNode response =
        embed(
            """
            ["A man is playing the guitar on stage.", "Someone performs music with a guitar.", \
            "The stock market fell sharply today."]\
            """);

    double related = dot(vector(response, 0), vector(response, 1));
    double unrelated = dot(vector(response, 0), vector(response, 2));

    assertThat(related).isGreaterThan(unrelated + 0.3);
  }

  @Test
  void base64CarriesTheSameFloatsLittleEndian() throws IOException {
    float[] numbers = vector(embed("\"hello\""), 0);
    JsonNode response =
        ok(
            http.post(
                "/v1/embeddings",
                """
                {"model":"all-MiniLM-L6-v2","input":"hello","encoding_format":"base64"}\
                """));

    String encoded = member(item(member(response, "data"), 0), "embedding").getStringValue();
    float[] decoded = new float[384];
    ByteBuffer.wrap(Base64.getDecoder().decode(encoded))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(decoded);

    assertThat(decoded).containsExactly(numbers, within(1e-6f));
  }

  @Test
  void vectorsAreNotCompressedForWhoCouldTakeIt() {
    HttpResponse<String> response =
        http.post(
            "/v1/embeddings",
            """
            {"model":"all-MiniLM-L6-v2","input":"hello"}\
            """,
            "Accept-Encoding",
            "gzip, deflate, br, zstd");

    assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(response.body()).hasSizeGreaterThan(2_000).startsWith("{\"object\":\"list\"");
  }

  @Test
  void theServedModelIsListed() throws IOException {
    JsonNode models = ok(http.get("/v1/models"));

    assertThat(member(item(member(models, "data"), 0), "id").getStringValue()).isEqualTo(MODEL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/healthz",
        "/v2/health/live",
        "/v2/health/ready",
        "/v2/models/all-MiniLM-L6-v2/ready"
      })
  void aWarmServerIsHealthy(String path) {
    assertThat(http.get(path).statusCode()).isEqualTo(200);
  }

  @Test
  void theModelTellsItsTensors() throws IOException {
    JsonNode metadata = ok(http.get("/v2/models/" + MODEL));

    assertThat(member(metadata, "name").getStringValue()).isEqualTo(MODEL);
    List<String> inputs = new ArrayList<>();
    member(metadata, "inputs")
        .values()
        .forEach(input -> inputs.add(member(input, "name").getStringValue()));
    assertThat(inputs).containsExactlyInAnyOrder("input_ids", "attention_mask", "token_type_ids");
  }

  @Test
  void tensorsGoThroughTheModelUnchanged() throws IOException {
    String request =
        """
        {"id":"42","inputs":[
          {"name":"input_ids","shape":[1,3],"datatype":"INT64","data":[101,7592,102]},
          {"name":"attention_mask","shape":[1,3],"datatype":"INT64","data":[[1,1,1]]},
          {"name":"token_type_ids","shape":[1,3],"datatype":"INT64","data":[0,0,0]}]}\
        """;

    JsonNode response = ok(http.post("/v2/models/" + MODEL + "/infer", request));
    JsonNode output = item(member(response, "outputs"), 0);

    assertThat(member(response, "id").getStringValue()).isEqualTo("42");
    float[] direct = DirectModel.hidden(101, 7592, 102);
    assertThat(member(output, "shape").size()).isEqualTo(3);
    assertThat(floats(member(output, "data"))).containsExactly(direct, within(1e-5f));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"input":"x"}                                             | 400 | model              | model is missing; a string is needed
          {"model":7,"input":"x"}                                   | 400 | model              | model is a number; a string is needed
          {"model":"gpt-9","input":"x"}                             | 404 | model              | model 'gpt-9' is not served; served is all-MiniLM-L6-v2
          {"model":"all-MiniLM-L6-v2"}                              | 400 | input              | input is missing; a string, a list of strings, or token ids is needed
          {"model":"all-MiniLM-L6-v2","input":null}                 | 400 | input              | input is missing; a string, a list of strings, or token ids is needed
          {"model":"all-MiniLM-L6-v2","input":7}                    | 400 | input              | input is a number; a string, a list of strings, or token ids is needed
          {"model":"all-MiniLM-L6-v2","input":["a",7]}              | 400 | input[1]           | input[1] is a number; a string or a list of token ids is needed
          {"model":"all-MiniLM-L6-v2","input":[]}                   | 400 | input              | input has 0 texts; from 1 to 256 are allowed
          {"model":"all-MiniLM-L6-v2","input":""}                   | 400 | input              | input is empty; a text is needed
          {"model":"all-MiniLM-L6-v2","input":["a"," "]}            | 400 | input[1]           | input[1] is empty; a text is needed
          {"model":"all-MiniLM-L6-v2","input":"a","encoding_format":"hex"} | 400 | encoding_format | encoding_format is neither 'float' nor 'base64'
          """)
  void aBadEmbeddingsRequestIsRefusedByItsField(
      String body, int status, String field, String message) throws IOException {
    HttpResponse<String> response = http.post("/v1/embeddings", body);

    assertThat(response.statusCode()).isEqualTo(status);
    JsonNode error = member(parse(response), "error");
    assertThat(member(error, "message").getStringValue()).isEqualTo(message);
    assertThat(member(error, "param").getStringValue()).isEqualTo(field);
  }

  @Test
  void anOverLongTextIsRefusedWithItsTokensNeverCut() throws IOException {
    String body =
        """
        {"model":"all-MiniLM-L6-v2","input":["fine","%s"]}\
        """
            .formatted("word ".repeat(300));

    HttpResponse<String> response = http.post("/v1/embeddings", body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(message(response)).isEqualTo("input[1] has 302 tokens; at most 256 are allowed");
  }

  @Test
  void aTextOfTooManyCharactersIsRefusedBeforeItIsTokenized() throws IOException {
    String body =
        """
        {"model":"all-MiniLM-L6-v2","input":"%s"}\
        """
            .formatted("x".repeat(8193));

    assertThat(message(http.post("/v1/embeddings", body)))
        .isEqualTo("input has 8193 characters; at most 8192 are allowed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /v1/embeddings                      | {"model"   | the body is not JSON
          /v1/embeddings                      | [1,2]      | the body must be a JSON object
          /v1/embeddings                      | "hi"       | the body must be a JSON object
          """)
  void aMalformedBodyIsRefused(String path, String body, String message) throws IOException {
    HttpResponse<String> response = http.post(path, body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(message(response)).startsWith(message);
  }

  @Test
  void aTenMegabyteBodyIsRefusedWithoutBeingRead() throws IOException {
    HttpResponse<String> response =
        http.post("/v1/embeddings", "{\"input\":\"" + "x".repeat(10_000_000) + "\"}");

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(message(response)).contains("4194304");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                        | inputs is missing; a list of objects is needed
          {"inputs":{}}                                             | inputs is an object; a list of objects is needed
          {"inputs":[7]}                                            | inputs[0] is a number; an object is needed
          {"inputs":[{"name":"a"}]}                                 | inputs[0].shape is missing; a list of sizes is needed
          {"inputs":[{"name":"a","shape":[-1],"datatype":"INT64","data":[]}]}     | inputs[0].shape[0] must be a whole number, 0 or more
          {"inputs":[{"name":"a","shape":[1],"datatype":"INT4","data":[1]}]}      | inputs[0].datatype is 'INT4'; served are [BOOL, UINT8, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64, BYTES]
          {"inputs":[{"name":"a","shape":[1,2],"datatype":"INT64","data":[1]}]}   | inputs[0].data has 1 elements; the shape [1, 2] holds 2
          {"inputs":[{"name":"a","shape":[1],"datatype":"INT64","data":["x"]}]}   | inputs[0].data holds a string; numbers are needed
          {"inputs":[{"name":"a","shape":[1],"datatype":"INT64","data":[1.5]}]}   | inputs[0].data is a number; whole numbers for INT64 is needed
          {"inputs":[{"name":"a","shape":[1],"datatype":"INT64","data":[1]}]}     | inputs input 'a' is not known; the model takes [input_ids, attention_mask, token_type_ids]
          {"inputs":[{"name":"input_ids","shape":[1],"datatype":"INT64","data":[1]}]} | inputs input 'input_ids' has the shape [1]; the model takes [-1, -1], where -1 is any size from 1
          {"inputs":[{"name":"input_ids","shape":[1,1],"datatype":"FP32","data":[1]}]} | inputs input 'input_ids' has the datatype FP32; the model takes INT64
          {"inputs":[{"name":"input_ids","shape":[1,1],"datatype":"INT64","data":[1]}]} | inputs input 'attention_mask' is missing; the model takes [input_ids, attention_mask, token_type_ids]
          """)
  void aBadTensorIsRefusedByItsField(String body, String message) throws IOException {
    HttpResponse<String> response = http.post("/v2/models/" + MODEL + "/infer", body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(member(parse(response), "error").getStringValue()).isEqualTo(message);
  }

  @Test
  void aModelThatIsNotServedIsNotFound() throws IOException {
    HttpResponse<String> response = http.post("/v2/models/llama/infer", "{}");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(member(parse(response), "error").getStringValue())
        .isEqualTo("model 'llama' is not served; served is all-MiniLM-L6-v2");
    assertThat(http.get("/v2/models/llama").statusCode()).isEqualTo(404);
  }

  @Test
  void anUnknownPathAMethodAndAContentTypeAreRefusedInTheProtocolsShape() throws IOException {
    HttpResponse<String> path = http.get("/v1/nothing");
    HttpResponse<String> method = http.get("/v1/embeddings");
    HttpResponse<String> type =
        http.send(
            http.request("/v1/embeddings")
                .header("Content-Type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofString("a,b")));

    assertThat(path.statusCode()).isEqualTo(404);
    assertThat(message(path)).isNotBlank();
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(message(method)).isNotBlank();
    assertThat(type.statusCode()).isEqualTo(415);
    assertThat(message(type)).isNotBlank();
  }

  @Test
  void whatWasServedIsCounted() throws IOException {
    embed("\"count me\"");

    String metrics = http.get("/metrics").body();

    assertThat(metrics)
        .containsPattern(
            "inference_request_duration_seconds_count\\{endpoint=\"embeddings\",outcome=\"served\"\\}"
                + " [1-9]")
        .contains("inference_requests_in_flight 0");
  }

  private JsonNode embed(String input) throws IOException {
    return ok(
        http.post(
            "/v1/embeddings",
            """
            {"model":"all-MiniLM-L6-v2","input":%s}\
            """
                .formatted(input)));
  }

  private JsonNode ok(HttpResponse<String> response) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return parse(response);
  }

  private JsonNode parse(HttpResponse<String> response) throws IOException {
    return json.readValue(response.body(), Argument.of(JsonNode.class));
  }

  private String message(HttpResponse<String> response) throws IOException {
    return member(member(parse(response), "error"), "message").getStringValue();
  }

  private static float[] vector(JsonNode response, int index) {
    return floats(member(item(member(response, "data"), index), "embedding"));
  }

  private static float[] floats(JsonNode list) {
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = item(list, i).getFloatValue();
    }
    return floats;
  }

  private static JsonNode member(JsonNode object, String name) {
    return Objects.requireNonNull(object.get(name), name);
  }

  private static JsonNode item(JsonNode list, int index) {
    return Objects.requireNonNull(list.get(index), "item " + index);
  }

  private static double dot(float[] a, float[] b) {
    double dot = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
    }
    return dot;
  }
}
