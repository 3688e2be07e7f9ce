package dev.lockstep.inference.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lockstep.inference.model.Task;
import dev.lockstep.inference.telemetry.RequestMetrics;
import dev.lockstep.inference.text.Scores;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.JsonMapper;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Classification in the shape of vLLM, which SGLang and Dynamo took over: {@code model} and {@code
 * input} as in embeddings, so that several models are served and token ids go too. TEI's {@code
 * /predict} has no field for the model. {@code labels} is ours: {@code probs} alone does not say
 * whose each is.
 *
 * @see <a href="https://docs.vllm.ai/en/stable/examples/pooling/classify/">vLLM, classification</a>
 * @see <a href="https://docs.sglang.io/docs/supported-models/classify_models">SGLang, the same</a>
 */
@Controller("/v1")
final class ClassifyController {
  private final JsonMapper json;
  private final RequestGuard guard;

  ClassifyController(JsonMapper json, RequestGuard guard) {
    this.json = json;
    this.guard = guard;
  }

  private record Answer(TextRequest<Task.Classification> request, TextRequest.Ran ran) {}

  /**
   * A class for each input, in order.
   *
   * @param labels in the order of {@code probs}
   */
  @Serdeable.Serializable
  record Classes(
      String object, List<Classified> data, String model, List<String> labels, Usage usage) {}

  /**
   * One input's.
   *
   * @param index the input's place
   * @param label the likeliest
   * @param probs of each label; their sum is 1 unless several may hold
   */
  // Nobody compares two of them.
  @SuppressWarnings("ArrayRecordComponent")
  @Serdeable.Serializable
  record Classified(
      int index, String label, float[] probs, @JsonProperty("num_classes") int numClasses) {}

  @Post("/classify")
  @Operation(summary = "The likeliest label of each text")
  @ApiDescription.TextAnswers
  CompletableFuture<Classes> classify(
      HttpRequest<?> request,
      @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON,
                      schema = @Schema(implementation = TextBodies.ClassifyRequest.class)))
          @Body
          byte[] body) {
    return guard.serve(
        request,
        RequestMetrics.Endpoint.CLASSIFY,
        exchange -> classify(exchange, Fields.parse(json, body)),
        ClassifyController::response);
  }

  private static CompletionStage<Answer> classify(Exchange exchange, Fields fields) {
    TextRequest<Task.Classification> request =
        TextRequest.of(exchange, fields, Task.Classification.class, "classification");
    return request.run(exchange, request.tokens()).thenApply(ran -> new Answer(request, ran));
  }

  private static Classes response(Answer answer) {
    Task.Classification task = answer.request().task();
    List<Classified> data = new ArrayList<>();
    for (float[] logits : answer.ran().outputs()) {
      float[] probs = probabilities(task, logits);
      data.add(
          new Classified(data.size(), task.labels().get(likeliest(probs)), probs, probs.length));
    }
    return new Classes("list", data, answer.request().name(), task.labels(), answer.ran().usage());
  }

  private static float[] probabilities(Task.Classification task, float[] logits) {
    if (!task.multiLabel() && logits.length > 1) {
      return Scores.softmax(logits);
    }
    float[] probabilities = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Scores.sigmoid(logits[i]);
    }
    return probabilities;
  }

  private static int likeliest(float[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return best;
  }
}
