package dev.lockstep.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.inference.http.HttpTester;
import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.inference.tiny.OpenServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Model folders through the whole server, with real weights. */
final class FoldersTest {
  @TempDir Path models;

  @Test
  void severalModelsServeAndABadOneIsRefusedWithoutHarmingThem() throws IOException {
    model(
        "small", EmbeddedModel.INT8, "{\"pooling\":\"mean\",\"normalize\":true,\"max_tokens\":64}");
    model("plain", EmbeddedModel.INT8, "{\"task\":\"tensors\"}");
    Files.writeString(
        Files.createDirectory(models.resolve("broken")).resolve("model.onnx"), "no weights");

    try (InferenceServer server = start()) {
      HttpTester http = new HttpTester(server.uri());

      assertThat(http.get("/v1/models").body()).contains("small", "plain").doesNotContain("broken");
      assertThat(embed(http, "small")).contains("\"embedding\":[");
      assertThat(embed(http, "plain")).contains("model is 'plain', whose task is tensors");
      assertThat(http.get("/v2/models/broken").statusCode()).isEqualTo(404);
      assertThat(http.get("/v2/models/plain").body()).contains("input_ids", "fingerprint");
    }
  }

  @Test
  void aFolderWithNothingThatServesStopsTheStart() throws IOException {
    Files.writeString(
        Files.createDirectory(models.resolve("broken")).resolve("model.onnx"), "no weights");

    assertThatThrownBy(() -> start().close()).hasStackTraceContaining("no model can be served");
  }

  private InferenceServer start() {
    return OpenServer.of(models);
  }

  private static String embed(HttpTester http, String model) {
    return http.post("/v1/embeddings", "{\"model\":\"%s\",\"input\":\"hello\"}".formatted(model))
        .body();
  }

  private void model(String name, EmbeddedModel weights, String config) throws IOException {
    Path folder = Files.createDirectory(models.resolve(name));
    Files.write(folder.resolve("model.onnx"), weights.onnx());
    Files.write(folder.resolve("tokenizer.json"), weights.tokenizer());
    Files.writeString(folder.resolve("lockstep.json"), config);
  }
}
