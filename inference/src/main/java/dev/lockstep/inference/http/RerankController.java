package dev.lockstep.inference.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lockstep.inference.model.Task;
import dev.lockstep.inference.telemetry.RequestMetrics;
import dev.lockstep.inference.text.Scores;
import dev.lockstep.inference.text.Tokens;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Documents by what they say about a query, in the shape of Cohere, which Jina and vLLM share. The
 * score is the sigmoid of the model's one logit, as theirs is; documents are sent back only when
 * asked for, as with Cohere.
 *
 * @see <a href="https://docs.cohere.com/reference/rerank">Cohere API reference, Rerank</a>
 * @see <a href="https://docs.vllm.ai/en/stable/examples/pooling/score/">vLLM, Rerank</a>
 */
@Controller
final class RerankController {
  private static final String DOCUMENTS = "a list of strings or of objects with text";

  private final JsonMapper json;
  private final RequestGuard guard;

  RerankController(JsonMapper json, RequestGuard guard) {
    this.json = json;
    this.guard = guard;
  }

  private record Answer(
      String model, List<String> documents, TextRequest.Ran ran, int wanted, boolean returned) {}

  /** The best first; of equals the one that came first. */
  @Serdeable.Serializable
  record Ranking(String model, List<Ranked> results, Usage usage) {}

  /**
   * One document.
   *
   * @param index its place in the request
   * @param relevanceScore from 0 to 1
   * @param document where the request asked for it
   */
  @Serdeable.Serializable
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Ranked(
      int index,
      @JsonProperty("relevance_score") float relevanceScore,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) Optional<Document> document) {}

  /** As the request had it. */
  @Serdeable.Serializable
  record Document(String text) {}

  @Post("/v1/rerank")
  @Operation(operationId = "rerank", summary = "Documents by relevance to a query")
  @ApiDescription.TextAnswers
  CompletableFuture<Ranking> rerank(
      HttpRequest<?> request,
      @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON,
                      schema = @Schema(implementation = TextBodies.RerankRequest.class)))
          @Body
          byte[] body) {
    return guard.serve(
        request,
        RequestMetrics.Endpoint.RERANK,
        exchange -> rerank(exchange, Fields.parse(json, body)),
        RerankController::response);
  }

  @Post("/rerank")
  @Operation(
      operationId = "rerankWithoutVersion",
      summary = "The same, where some clients look for it")
  @ApiDescription.TextAnswers
  CompletableFuture<Ranking> rerankWithoutVersion(
      HttpRequest<?> request,
      @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON,
                      schema = @Schema(implementation = TextBodies.RerankRequest.class)))
          @Body
          byte[] body) {
    return rerank(request, body);
  }

  private static CompletionStage<Answer> rerank(Exchange exchange, Fields fields) {
    TextRequest<Task.Reranking> request =
        TextRequest.of(exchange, fields, Task.Reranking.class, "reranking");
    String query = fields.text("query");
    List<String> documents = documents(fields);
    int wanted = fields.whole("top_n", 1, Integer.MAX_VALUE).orElse(documents.size());
    boolean returned = fields.flag("return_documents").orElse(false);
    Tokens pairs = request.model().tokenizePairs(query, documents, request.tooLong());
    return request
        .run(exchange, pairs)
        .thenApply(ran -> new Answer(request.name(), documents, ran, wanted, returned));
  }

  private static List<String> documents(Fields fields) {
    JsonNode list = fields.required("documents", DOCUMENTS);
    if (!list.isArray()) {
      throw fields.wrong("documents", list, DOCUMENTS);
    }
    List<String> documents = new ArrayList<>();
    for (JsonNode item : list.values()) {
      documents.add(document("documents[" + documents.size() + "]", item));
    }
    return documents;
  }

  private static String document(String path, JsonNode item) {
    if (item.isString()) {
      return Fields.characters(path, item);
    }
    if (item.isObject()) {
      return new Fields(path, item).text("text");
    }
    throw ApiException.invalid(
        path, "is %s; a string or an object with text is needed".formatted(Fields.kind(item)));
  }

  private static Ranking response(Answer answer) {
    List<Ranked> ranked = new ArrayList<>();
    for (float[] logits : answer.ran().outputs()) {
      int index = ranked.size();
      Optional<Document> document =
          answer.returned()
              ? Optional.of(new Document(answer.documents().get(index)))
              : Optional.empty();
      ranked.add(new Ranked(index, Scores.sigmoid(logits[0]), document));
    }
    // A stable sort, so that equals stay in order.
    ranked.sort(Comparator.comparingDouble((Ranked one) -> one.relevanceScore()).reversed());
    List<Ranked> best = ranked.subList(0, Math.min(answer.wanted(), ranked.size()));
    return new Ranking(answer.model(), best, answer.ran().usage());
  }
}
