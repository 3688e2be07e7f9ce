package dev.lockstep.inference.http;

import dev.lockstep.inference.batching.Caller;
import dev.lockstep.inference.lifecycle.Models;
import dev.lockstep.inference.model.Task;
import dev.lockstep.inference.telemetry.RequestMetrics;
import dev.lockstep.inference.text.TextInput;
import dev.lockstep.inference.text.TextModel;
import dev.lockstep.inference.text.Tokens;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * OpenAI's embeddings and models.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/embeddings">OpenAI API reference</a>
 */
@Controller("/v1")
final class EmbeddingsController {
  private final JsonMapper json;
  private final Models models;
  private final RequestGuard guard;

  EmbeddingsController(JsonMapper json, Models models, RequestGuard guard) {
    this.json = json;
    this.models = models;
    this.guard = guard;
  }

  /** How vectors are written: numbers, or base64 of little-endian 32-bit floats. */
  private enum Encoding {
    FLOAT,
    BASE64
  }

  private record Answer(String model, List<float[]> vectors, long tokens, Encoding encoding) {}

  @Post("/embeddings")
  CompletableFuture<Map<String, Object>> embeddings(HttpRequest<?> request, @Body byte[] body) {
    return guard.serve(
        request,
        RequestMetrics.Endpoint.EMBEDDINGS,
        exchange -> embed(exchange, Fields.parse(json, body)),
        EmbeddingsController::response);
  }

  @Get("/models")
  Map<String, Object> models() {
    return Map.of(
        "object",
        "list",
        "data",
        models.ready().stream()
            .map(name -> Map.of("id", name, "object", "model", "owned_by", "lockstep"))
            .toList());
  }

  private static CompletionStage<Answer> embed(Exchange exchange, Fields request) {
    String name = request.text("model");
    TextModel model = embedder(exchange, name);
    Encoding encoding = encoding(request);
    Tokens tokens = model.tokenize(texts(request), model.tooLong());
    Caller caller = exchange.charge(model.predict(tokens.total()));
    return model
        .run(tokens, caller)
        .thenApply(vectors -> new Answer(name, vectors, tokens.total(), encoding));
  }

  private static TextModel embedder(Exchange exchange, String name) {
    return exchange
        .model(name)
        .text()
        .filter(text -> text.task() instanceof Task.Embedding)
        .orElseThrow(
            () -> ApiException.invalid("model", "'%s' does not embed texts".formatted(name)));
  }

  private static List<TextInput> texts(Fields request) {
    JsonNode input = request.required("input", "a string or a list of strings");
    if (input.isString()) {
      return List.of(new TextInput.Text(input.getStringValue()));
    }
    if (!input.isArray()) {
      throw request.wrong("input", input, "a string or a list of strings");
    }
    List<TextInput> texts = new ArrayList<>();
    for (JsonNode item : input.values()) {
      if (!item.isString()) {
        throw ApiException.invalid(
            "input[" + texts.size() + "]",
            "is %s; a string is needed".formatted(Fields.kind(item)));
      }
      texts.add(new TextInput.Text(item.getStringValue()));
    }
    return texts;
  }

  private static Encoding encoding(Fields request) {
    String format = request.optionalText("encoding_format").orElse("float");
    return switch (format) {
      case "float" -> Encoding.FLOAT;
      case "base64" -> Encoding.BASE64;
      default -> throw ApiException.invalid("encoding_format", "is neither 'float' nor 'base64'");
    };
  }

  private static Map<String, Object> response(Answer answer) {
    List<Map<String, Object>> data = new ArrayList<>();
    for (float[] vector : answer.vectors()) {
      data.add(
          Map.of(
              "object", "embedding",
              "index", data.size(),
              "embedding", encoded(vector, answer.encoding())));
    }
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("object", "list");
    response.put("data", data);
    response.put("model", answer.model());
    response.put(
        "usage", Map.of("prompt_tokens", answer.tokens(), "total_tokens", answer.tokens()));
    return response;
  }

  private static Object encoded(float[] vector, Encoding encoding) {
    return switch (encoding) {
      case FLOAT -> vector;
      case BASE64 -> {
        ByteBuffer bytes =
            ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        yield Base64.getEncoder().encodeToString(bytes.array());
      }
    };
  }
}
