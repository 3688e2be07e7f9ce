package dev.lockstep.inference.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lockstep.inference.lifecycle.Lease;
import dev.lockstep.inference.lifecycle.Models;
import dev.lockstep.inference.lifecycle.ServedModel;
import dev.lockstep.inference.model.Task;
import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.text.TextModel;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;

/**
 * OpenAI's list of models, which also says what each is for.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/models">OpenAI API reference</a>
 */
@Controller("/v1/models")
final class ModelsController {
  /** OpenAI's clients require a time of creation; this is since when the server runs. */
  private static final long CREATED = ManagementFactory.getRuntimeMXBean().getStartTime() / 1000;

  private final Models models;

  ModelsController(Models models) {
    this.models = models;
  }

  /** The models that serve. */
  @Serdeable.Serializable
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ModelList(String object, List<Model> data) {}

  /**
   * One of them.
   *
   * @param id what requests call it
   * @param created seconds since 1970
   * @param task {@code embedding}, {@code classification}, {@code reranking} or {@code tensors}
   * @param maxTokens the longest text, special tokens included
   * @param dimensions numbers in a vector
   */
  @Serdeable.Serializable
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Model(
      String id,
      String object,
      long created,
      @JsonProperty("owned_by") String ownedBy,
      String task,
      @JsonProperty("max_tokens") @Schema(requiredMode = RequiredMode.NOT_REQUIRED)
          Optional<Integer> maxTokens,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) Optional<Integer> dimensions) {

    static Model of(ServedModel served) {
      Optional<TextModel> text = served.text();
      return new Model(
          served.card().name(),
          "model",
          CREATED,
          "lockstep",
          served.card().task().label(),
          text.map(model -> model.task().text().maxTokens()),
          text.filter(model -> model.task() instanceof Task.Embedding).map(TextModel::width));
    }
  }

  @Get
  @Operation(summary = "The models that serve")
  @ApiDescription.ListAnswers
  ModelList list() {
    // One that is unloaded meanwhile is not in the list.
    return new ModelList(
        "list", models.ready().stream().flatMap(name -> find(name).stream()).toList());
  }

  @Get("/{id}")
  @Operation(summary = "One model")
  @ApiDescription.ModelAnswers
  Model model(@PathVariable String id) {
    return find(id).orElseThrow(() -> ApiException.unknownModel(id, models.ready()));
  }

  private Optional<Model> find(String name) {
    return models
        .lease(name)
        .map(lease -> {
          try (Lease open = lease) {
            return Model.of(open.model());
          }
        });
  }
}
