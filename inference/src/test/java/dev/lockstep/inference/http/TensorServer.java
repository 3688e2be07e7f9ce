package dev.lockstep.inference.http;

import static dev.lockstep.inference.http.Json.parse;
import static dev.lockstep.inference.http.Json.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.tiny.KeyedServer;
import dev.lockstep.inference.tiny.OnnxGraph;
import dev.lockstep.inference.tiny.TinyModels;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** A server of models of every type, and somebody with a key who asks it. */
record TensorServer(InferenceServer server, HttpTester http) implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /**
   * Serves a model for each type, named as the type is, one of several tensors and one that fails.
   */
  static TensorServer start(Path models) {
    TinyModels.ofEachType(models);
    new OnnxGraph()
        .input("left", ElementType.FP32, "batch")
        .input("right", ElementType.FP32, "batch")
        .output("sum", ElementType.FP32, "batch")
        .output("product", ElementType.FP32, "batch")
        .output("half", ElementType.FP16, "batch")
        .input("halves", ElementType.FP16, "batch")
        .node("sum", "Add", "left", "right")
        .node("product", "Mul", "left", "right")
        .node("half", "Identity", "halves")
        .writeTo(models.resolve("arithmetic"), "{}");
    new OnnxGraph()
        .input("rows", ElementType.FP32, "n")
        .input("at", ElementType.INT64, "m")
        .output("found", ElementType.FP32, "m")
        .node("found", "Gather", "rows", "at")
        .writeTo(models.resolve("gather"), "{}");
    InferenceServer server = KeyedServer.of(models, Map.of());
    return new TensorServer(server, new HttpTester(server.uri()));
  }

  String error(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(400);
    return text(parse(response.body()), "error");
  }

  HttpResponse<String> get(String path) {
    return http.get(path, "Authorization", "Bearer secret");
  }

  HttpResponse<String> post(String path, String body) {
    return http.post(path, body, "Authorization", "Bearer secret");
  }

  HttpResponse<byte[]> binary(String path, String header, byte[] tensors) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return send(path, join(json, tensors), InferFrame.HEADER, String.valueOf(json.length));
  }

  HttpResponse<byte[]> send(String path, byte[] body, String... headers) throws IOException {
    HttpRequest request =
        http.request(path, headers)
            .header("Authorization", "Bearer secret")
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  JsonNode ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return parse(response.body());
  }

  static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  @Override
  public void close() {
    server.close();
  }
}
