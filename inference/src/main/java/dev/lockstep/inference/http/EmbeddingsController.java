package dev.lockstep.inference.http;

import dev.lockstep.inference.model.Task;
import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.Exchange;
import dev.lockstep.inference.serving.RequestGuard;
import dev.lockstep.inference.telemetry.RequestMetrics;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.JsonMapper;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * OpenAI's embeddings. Fields that it does not know are passed over, as other servers of this
 * protocol do, so that newer clients work.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/embeddings">OpenAI API reference</a>
 */
@Controller("/v1")
final class EmbeddingsController {
  private final JsonMapper json;
  private final RequestGuard guard;

  EmbeddingsController(JsonMapper json, RequestGuard guard) {
    this.json = json;
    this.guard = guard;
  }

  /** How a vector is wanted. */
  private enum Encoding {
    FLOAT,
    BASE64
  }

  /** The model's answer, not written yet. */
  private record Answer(
      TextRequest<Task.Embedding> request,
      TextRequest.Ran ran,
      int dimensions,
      Encoding encoding) {}

  // Written by EmbeddingsWriter.
  /** Vectors in the order of the inputs. */
  record Embeddings(String object, List<Embedding> data, String model, Usage usage) {}

  /**
   * One vector.
   *
   * @param index the input's place
   */
  // Without the implementation the document would ask for the interface's own schema as well.
  record Embedding(
      String object,
      int index,
      @Schema(implementation = Object.class, ref = "#/components/schemas/Vector")
          Vector embedding) {}

  /** How a vector is written. */
  sealed interface Vector {
    // Made once and written once; nobody compares it.
    @SuppressWarnings("ArrayRecordComponent")
    record Numbers(float[] numbers) implements Vector {}

    /** Little-endian 32-bit floats. */
    record Base64(String bytes) implements Vector {}
  }

  @Post("/embeddings")
  @Operation(summary = "Vectors of texts, or of their token ids")
  @ApiDescription.TextAnswers
  CompletableFuture<Embeddings> embeddings(
      HttpRequest<?> request,
      @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON,
                      schema = @Schema(implementation = TextBodies.EmbeddingsRequest.class)))
          @Body
          byte[] body) {
    return guard.serve(
        new HttpIncoming(request),
        RequestMetrics.Endpoint.EMBEDDINGS,
        exchange -> embed(exchange, Fields.parse(json, body)),
        EmbeddingsController::response);
  }

  private static CompletionStage<Answer> embed(Exchange exchange, Fields fields) {
    TextRequest<Task.Embedding> request =
        TextRequest.of(exchange, fields, Task.Embedding.class, "embedding");
    Encoding encoding = encoding(fields);
    int dimensions = dimensions(request);
    return request
        .run(exchange, request.tokens())
        .thenApply(ran -> new Answer(request, ran, dimensions, encoding));
  }

  private static Encoding encoding(Fields request) {
    String format = request.optionalText("encoding_format").orElse("float");
    return switch (format) {
      case "float" -> Encoding.FLOAT;
      case "base64" -> Encoding.BASE64;
      default -> throw ApiException.invalid("encoding_format", "is neither 'float' nor 'base64'");
    };
  }

  /** As many as the model gives, or fewer where it was trained for that. */
  private static int dimensions(TextRequest<Task.Embedding> request) {
    int all = request.model().width();
    Optional<Integer> asked = request.fields().whole("dimensions", 1, all);
    if (asked.isPresent() && asked.get() < all && !request.task().shortenable()) {
      throw ApiException.invalid(
          "dimensions",
          "is %d; '%s' gives %d and was not trained to be shortened"
              .formatted(asked.get(), request.name(), all));
    }
    return asked.orElse(all);
  }

  private static Embeddings response(Answer answer) {
    List<Embedding> data = new ArrayList<>();
    for (float[] vector : answer.ran().outputs()) {
      float[] wanted =
          vector.length == answer.dimensions()
              ? vector
              : answer.request().model().shortened(vector, answer.dimensions());
      data.add(new Embedding("embedding", data.size(), encoded(wanted, answer.encoding())));
    }
    return new Embeddings("list", data, answer.request().name(), answer.ran().usage());
  }

  private static Vector encoded(float[] vector, Encoding encoding) {
    return switch (encoding) {
      case FLOAT -> new Vector.Numbers(vector);
      case BASE64 -> {
        ByteBuffer bytes =
            ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        yield new Vector.Base64(Base64.getEncoder().encodeToString(bytes.array()));
      }
    };
  }
}
