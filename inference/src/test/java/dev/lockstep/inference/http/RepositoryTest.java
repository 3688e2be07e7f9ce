package dev.lockstep.inference.http;

import static dev.lockstep.inference.http.Json.at;
import static dev.lockstep.inference.http.Json.parse;
import static dev.lockstep.inference.http.Json.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.inference.tiny.OnnxGraph;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that come and go while others serve, and who may make them. */
final class RepositoryTest {
  private static final String INFER =
      """
      {"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":[7]}]}\
      """;

  @TempDir Path models;

  @Test
  void aFolderThatIsPutThereIsLoadedWhileTheOthersServe() {
    model("first");
    try (InferenceServer server = start(Map.of("lockstep.operator-keys", "operator"))) {
      HttpTester http = new HttpTester(server.uri());
      model("second");

      JsonNode before = parse(operator(http, "/v2/repository/index", "").body());
      assertThat(before.size()).isEqualTo(2);
      assertThat(text(before, 0, "state")).isEqualTo("READY");
      assertThat(text(before, 0, "version")).isEqualTo("1");
      assertThat(text(before, 0, "reason")).isEmpty();
      assertThat(text(before, 1, "name")).isEqualTo("second");
      assertThat(text(before, 1, "state")).isEqualTo("UNAVAILABLE");
      assertThat(text(before, 1, "reason")).isEqualTo("not loaded yet");
      assertThat(infer(http, "second").statusCode()).isEqualTo(404);

      assertThat(operator(http, "/v2/repository/models/second/load", "{}").statusCode())
          .isEqualTo(200);

      assertThat(infer(http, "second").statusCode()).isEqualTo(200);
      assertThat(infer(http, "first").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aBadFolderIsRefusedWithItsReasonAndTheModelThatServedServesOn() throws IOException {
    model("first");
    try (InferenceServer server = start(Map.of("lockstep.operator-keys", "operator"))) {
      HttpTester http = new HttpTester(server.uri());
      Files.writeString(models.resolve("first").resolve("model.onnx"), "no weights");

      HttpResponse<String> load = operator(http, "/v2/repository/models/first/load", "");

      assertThat(load.statusCode()).isEqualTo(400);
      assertThat(text(parse(load.body()), "error"))
          .startsWith("model 'first' cannot be loaded: ONNX Runtime cannot load the model");
      assertThat(infer(http, "first").statusCode()).isEqualTo(200);
      JsonNode index = parse(operator(http, "/v2/repository/index", "").body());
      assertThat(text(index, 0, "state")).isEqualTo("READY");
      assertThat(text(index, 0, "reason"))
          .startsWith("serves as before; the last load was refused: ONNX Runtime cannot load");

      model("first");
      assertThat(operator(http, "/v2/repository/models/first/load", "").statusCode())
          .isEqualTo(200);
      assertThat(text(parse(operator(http, "/v2/repository/index", "").body()), 0, "reason"))
          .isEmpty();
    }
  }

  @Test
  void aModelOfATypeThatCannotBeServedIsRefusedWithItsTensorAndType() {
    model("first");
    OnnxGraph.identity(OnnxGraph.UINT32, "batch").writeTo(models.resolve("unsigned"), "{}");
    try (InferenceServer server = start(Map.of("lockstep.operator-keys", "operator"))) {
      HttpTester http = new HttpTester(server.uri());

      HttpResponse<String> load = operator(http, "/v2/repository/models/unsigned/load", "");

      assertThat(load.statusCode()).isEqualTo(400);
      assertThat(text(parse(load.body()), "error"))
          .startsWith("model 'unsigned' cannot be loaded: the model's 'x' is of the type UINT32");
      assertThat(infer(http, "first").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aBadFolderAtTheStartHarmsNoOtherAndItsReasonIsInTheIndex() throws IOException {
    model("good");
    Path wide = Files.createDirectory(models.resolve("wide"));
    Files.write(wide.resolve("model.onnx"), EmbeddedModel.INT8.onnx());
    Files.write(wide.resolve("tokenizer.json"), EmbeddedModel.INT8.tokenizer());
    Files.writeString(wide.resolve("lockstep.json"), "{\"pooling\":\"mean\",\"max_tokens\":512}");
    try (InferenceServer server = start(Map.of("lockstep.operator-keys", "operator"))) {
      HttpTester http = new HttpTester(server.uri());

      assertThat(infer(http, "good").statusCode()).isEqualTo(200);
      JsonNode index = parse(operator(http, "/v2/repository/index", "").body());
      assertThat(text(index, 1, "name")).isEqualTo("wide");
      assertThat(text(index, 1, "state")).isEqualTo("UNAVAILABLE");
      assertThat(text(index, 1, "reason"))
          .isEqualTo("a text of max_tokens 512 does not fit in a run of 384 padded tokens");
      assertThat(parse(operator(http, "/v2/repository/index", "{\"ready\":true}").body()).size())
          .isEqualTo(1);
    }
  }

  @Test
  void aDeviceThatFailsDuringAReloadIsNamedAndTheModelThatServedServesOn() {
    FaultyEngine engine = new FaultyEngine();
    Map<String, Object> settings =
        Map.of("lockstep.anonymous", true, "lockstep.operator-keys", "operator");
    try (InferenceServer server =
        InferenceServer.start(new InferenceServer.Settings(0, Optional.of(engine), settings))) {
      HttpTester http = new HttpTester(server.uri());
      String load = "/v2/repository/models/" + EmbeddedModel.NAME + "/load";
      engine.fail("GPU 0 fails: CUDA failure 2: out of memory");

      HttpResponse<String> failed = operator(http, load, "");

      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(text(parse(failed.body()), "error"))
          .isEqualTo(
              "model 'all-MiniLM-L6-v2' cannot be loaded, because the device failed:"
                  + " GPU 0 fails: CUDA failure 2: out of memory");
      assertThat(text(parse(operator(http, "/v2/repository/index", "").body()), 0, "reason"))
          .isEqualTo(
              "serves as before; the last load was refused:"
                  + " GPU 0 fails: CUDA failure 2: out of memory");

      engine.recover();
      String text = "{\"model\":\"all-MiniLM-L6-v2\",\"input\":\"a\"}";
      assertThat(http.post("/v1/embeddings", text).statusCode()).isEqualTo(200);
      assertThat(operator(http, load, "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void anUnloadedModelIsGoneUntilItIsLoadedAgain() {
    model("first");
    model("second");
    try (InferenceServer server = start(Map.of("lockstep.operator-keys", "operator"))) {
      HttpTester http = new HttpTester(server.uri());

      HttpResponse<String> unload =
          operator(
              http,
              "/v2/repository/models/first/unload",
              "{\"parameters\":{\"unload_dependents\":false}}");

      assertThat(unload.statusCode()).isEqualTo(200);
      assertThat(infer(http, "first").statusCode()).isEqualTo(404);
      assertThat(infer(http, "second").statusCode()).isEqualTo(200);
      JsonNode index = parse(operator(http, "/v2/repository/index", "").body());
      assertThat(text(index, 0, "state")).isEqualTo("UNAVAILABLE");
      assertThat(text(index, 0, "reason")).isEqualTo("unloaded");
      assertThat(operator(http, "/v2/repository/models/first/load", "").statusCode())
          .isEqualTo(200);
      assertThat(infer(http, "first").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void withoutAnyModelTheServerIsAliveAndNotReadyAndStillTakesALoad() {
    model("only");
    try (InferenceServer server = start(Map.of("lockstep.operator-keys", "operator"))) {
      HttpTester http = new HttpTester(server.uri());

      assertThat(operator(http, "/v2/repository/models/only/unload", "").statusCode())
          .isEqualTo(200);

      assertThat(http.get("/healthz").statusCode()).isEqualTo(503);
      assertThat(http.get("/healthz").body()).isEqualTo("{\"status\":\"empty\"}");
      assertThat(http.get("/v2/health/ready").statusCode()).isEqualTo(503);
      assertThat(http.get("/v2/health/ready").body()).isEqualTo("{\"ready\":false}");
      assertThat(http.get("/v2/health/live").statusCode()).isEqualTo(200);
      assertThat(infer(http, "only").statusCode()).isEqualTo(404);

      assertThat(operator(http, "/v2/repository/models/only/load", "").statusCode()).isEqualTo(200);

      assertThat(http.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(http.get("/v2/health/ready").statusCode()).isEqualTo(200);
      assertThat(infer(http, "only").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatCannotBeDoneIsRefusedByItsField() {
    model("first");
    try (InferenceServer server = start(Map.of("lockstep.operator-keys", "operator"))) {
      HttpTester http = new HttpTester(server.uri());

      HttpResponse<String> unknown = operator(http, "/v2/repository/models/llama/load", "");
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(text(parse(unknown.body()), "error"))
          .isEqualTo("model 'llama' is not in the repository; there is first");
      assertThat(operator(http, "/v2/repository/models/llama/unload", "").statusCode())
          .isEqualTo(404);
      HttpResponse<String> config =
          operator(
              http, "/v2/repository/models/first/load", "{\"parameters\":{\"config\":\"{}\"}}");
      assertThat(config.statusCode()).isEqualTo(400);
      assertThat(text(parse(config.body()), "error"))
          .isEqualTo("parameters.config is not served; the model's folder says it");
      HttpResponse<String> ready = operator(http, "/v2/repository/index", "{\"ready\":1}");
      assertThat(ready.statusCode()).isEqualTo(400);
      assertThat(text(parse(ready.body()), "error"))
          .isEqualTo("ready is a number; true or false is needed");
    }
  }

  @Test
  void withoutOperatorKeysTheRepositoryIsClosedToAll() {
    model("first");
    try (InferenceServer server = start(Map.of("lockstep.anonymous", true))) {
      HttpTester http = new HttpTester(server.uri());

      HttpResponse<String> index = operator(http, "/v2/repository/index", "");

      assertThat(index.statusCode()).isEqualTo(404);
      assertThat(text(parse(index.body()), "error")).contains("LOCKSTEP_OPERATOR_KEYS opens it");
      assertThat(at(parse(http.get("/v2").body()), "extensions").size()).isEqualTo(1);
    }
  }

  @Test
  void aKeyForInferenceIsNoOperatorsAndNeitherIsNone() {
    model("first");
    Map<String, Object> both =
        Map.of("lockstep.operator-keys", "operator,next", "lockstep.anonymous", true);
    try (InferenceServer server = start(both)) {
      HttpTester http = new HttpTester(server.uri());
      String path = "/v2/repository/models/first/unload";

      assertThat(http.post(path, "").statusCode()).isEqualTo(401);
      assertThat(http.post(path, "", "Authorization", "Bearer caller").statusCode()).isEqualTo(403);
      assertThat(http.post(path, "", "Authorization", "Bearer guess").statusCode()).isEqualTo(401);
      assertThat(http.get("/v2/models/first").statusCode()).isEqualTo(200);
      assertThat(http.post(path, "", "Authorization", "Bearer next").statusCode()).isEqualTo(200);
      assertThat(text(parse(http.get("/v2").body()), "extensions", 1))
          .isEqualTo("model_repository");
    }
  }

  @Test
  void noOtherSpellingOfThePathLetsACallerIn() {
    model("first");
    Map<String, Object> both =
        Map.of("lockstep.operator-keys", "operator", "lockstep.anonymous", true);
    try (InferenceServer server = start(both)) {
      HttpTester http = new HttpTester(server.uri());
      for (String path :
          List.of(
              "/v2//repository/index",
              "/v2/%72epository/index",
              "/v2/repository/index/",
              "/v2/repository//index",
              "/v2/repository;a/index",
              "/V2/repository/index")) {
        assertThat(http.post(path, "{}", "Authorization", "Bearer caller").statusCode())
            .as(path)
            .isIn(401, 403, 404);
        assertThat(http.post(path, "{}").statusCode()).as(path).isIn(401, 404);
      }
    }
  }

  @Test
  void aKeyThatIsBothStopsTheStart() {
    model("first");

    assertThatThrownBy(() -> start(Map.of("lockstep.operator-keys", "caller")).close())
        .hasStackTraceContaining("LOCKSTEP_OPERATOR_KEYS and LOCKSTEP_API_KEYS have a key in");
  }

  private void model(String name) {
    OnnxGraph.identity(ElementType.INT64, "batch").writeTo(models.resolve(name), "{}");
  }

  private InferenceServer start(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("lockstep.api-keys", "caller");
    all.put("lockstep.budget", "60s");
    all.put("lockstep.model", models.toString());
    return InferenceServer.start(new InferenceServer.Settings(0, Optional.empty(), all));
  }

  private static HttpResponse<String> operator(HttpTester http, String path, String body) {
    return http.post(path, body, "Authorization", "Bearer operator");
  }

  private static HttpResponse<String> infer(HttpTester http, String model) {
    return http.post("/v2/models/" + model + "/infer", INFER, "Authorization", "Bearer caller");
  }
}
