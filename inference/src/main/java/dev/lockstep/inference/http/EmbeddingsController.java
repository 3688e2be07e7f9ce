package dev.lockstep.inference.http;

import dev.lockstep.inference.model.ModelCard;
import dev.lockstep.inference.telemetry.RequestMetrics;
import dev.lockstep.inference.text.Embedder;
import dev.lockstep.inference.text.Embeddings;
import dev.lockstep.inference.text.InvalidTextException;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * OpenAI's embeddings and models.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/embeddings">OpenAI API reference</a>
 */
@Controller("/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class EmbeddingsController {
  private final JsonMapper json;
  private final ModelCard model;
  private final Embedder embedder;
  private final RequestGuard guard;

  EmbeddingsController(JsonMapper json, ModelCard model, Embedder embedder, RequestGuard guard) {
    this.json = json;
    this.model = model;
    this.embedder = embedder;
    this.guard = guard;
  }

  /** How vectors are written: numbers, or base64 of little-endian 32-bit floats. */
  private enum Encoding {
    FLOAT,
    BASE64
  }

  @Post("/embeddings")
  Map<String, Object> embeddings(@Body byte[] body) {
    return guard.admit(RequestMetrics.Endpoint.EMBEDDINGS, () -> embed(Fields.parse(json, body)));
  }

  @Get("/models")
  Map<String, Object> models() {
    return Map.of(
        "object",
        "list",
        "data",
        List.of(Map.of("id", model.name(), "object", "model", "owned_by", "lockstep")));
  }

  private Map<String, Object> embed(Fields request) {
    String asked = request.text("model");
    if (!asked.equals(model.name())) {
      throw ApiException.unknownModel(asked, model.name());
    }
    List<String> texts = texts(request);
    Encoding encoding = encoding(request);
    try {
      return response(embedder.embed(texts), encoding);
    } catch (InvalidTextException invalid) {
      throw ApiException.invalid(invalid.field(), invalid.problem());
    }
  }

  private static List<String> texts(Fields request) {
    JsonNode input = request.required("input", "a string or a list of strings");
    if (input.isString()) {
      return List.of(input.getStringValue());
    }
    if (!input.isArray()) {
      throw request.wrong("input", input, "a string or a list of strings");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : input.values()) {
      if (!item.isString()) {
        throw ApiException.invalid(
            "input[" + texts.size() + "]",
            "is %s; a string is needed".formatted(Fields.kind(item)));
      }
      texts.add(item.getStringValue());
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

  private Map<String, Object> response(Embeddings embeddings, Encoding encoding) {
    List<Map<String, Object>> data = new ArrayList<>();
    for (float[] vector : embeddings.vectors()) {
      data.add(
          Map.of(
              "object", "embedding",
              "index", data.size(),
              "embedding", encoded(vector, encoding)));
    }
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("object", "list");
    response.put("data", data);
    response.put("model", model.name());
    response.put(
        "usage", Map.of("prompt_tokens", embeddings.tokens(), "total_tokens", embeddings.tokens()));
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
