package dev.lockstep.inference.http;

import dev.lockstep.inference.engine.DeviceUnavailableException;
import dev.lockstep.inference.lifecycle.ModelState;
import dev.lockstep.inference.lifecycle.Models;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.JsonMapper;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model repository extension: what there is, and loading and unloading it while the others
 * serve. For operators alone, see {@link OperatorKeys}.
 *
 * @see <a
 *     href="https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/protocol/extension_model_repository.html">Model
 *     repository extension</a>
 */
@Controller("/v2/repository")
@ExecuteOn(TaskExecutors.IO)
final class RepositoryController {
  private static final Logger LOG = LoggerFactory.getLogger(RepositoryController.class);

  private final JsonMapper json;
  private final Models models;

  RepositoryController(JsonMapper json, Models models) {
    this.json = json;
    this.models = models;
  }

  /** Every model with its state, and the reason of what does not serve. */
  @Post("/index")
  @RepositoryDescription.IndexAnswers
  List<Map<String, Object>> index(@Body @Nullable String body) {
    boolean readyOnly =
        fields(Optional.ofNullable(body)).flatMap(RepositoryController::readyOnly).orElse(false);
    Map<String, ModelState> states = models.states();
    List<Map<String, Object>> index = new ArrayList<>();
    for (String name : models.names()) {
      Optional<ModelState> state = Optional.ofNullable(states.get(name));
      if (!readyOnly || state.filter(ModelState.Ready.class::isInstance).isPresent()) {
        index.add(entry(name, state));
      }
    }
    return index;
  }

  /** Loads a model, or loads it again: the one that serves goes on until its successor is warm. */
  @Post("/models/{name}/load")
  @RepositoryDescription.LoadAnswers
  Map<String, Object> load(@PathVariable String name, @Body @Nullable String body) {
    fields(Optional.ofNullable(body))
        .map(Parameters::of)
        .ifPresent(parameters ->
            parameters.refuse(Map.of("config", "is not served; the model's folder says it")));
    return switch (loaded(name)) {
      case ModelState.Refused(String reason) -> throw ApiException.unloadable(name, reason);
      case ModelState.Ready _, ModelState.Loading _, ModelState.Unloaded _ -> Map.of();
    };
  }

  private ModelState loaded(String name) {
    try {
      return models
          .load(name)
          .orElseThrow(() -> ApiException.notInRepository(name, models.names()));
    } catch (DeviceUnavailableException failed) {
      LOG.error("model {} could not be loaded", name, failed);
      throw ApiException.deviceFailed(name, failed.problem());
    }
  }

  /** Takes a model away; its requests under way are finished. */
  @Post("/models/{name}/unload")
  @RepositoryDescription.UnloadAnswers
  Map<String, Object> unload(@PathVariable String name, @Body @Nullable String body) {
    // No model here is made of others, so there is nothing more to unload with it.
    fields(Optional.ofNullable(body))
        .map(Parameters::of)
        .ifPresent(parameters -> parameters.flag("unload_dependents"));
    if (!models.unload(name)) {
      throw ApiException.notInRepository(name, models.names());
    }
    return Map.of();
  }

  /** The body need not be there. */
  private Optional<Fields> fields(Optional<String> body) {
    return body.filter(sent -> !sent.isEmpty())
        .map(sent -> Fields.parse(json, sent.getBytes(StandardCharsets.UTF_8)));
  }

  private static Optional<Boolean> readyOnly(Fields request) {
    return request
        .optional("ready")
        .map(node -> {
          if (!node.isBoolean()) {
            throw request.wrong("ready", node, "true or false");
          }
          return node.getBooleanValue();
        });
  }

  private static Map<String, Object> entry(String name, Optional<ModelState> state) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", name);
    if (state.orElse(null) instanceof ModelState.Ready ready) {
      entry.put("version", ready.model().card().version());
    }
    entry.put("state", state.map(ModelState::label).orElse("UNAVAILABLE"));
    entry.put("reason", state.map(RepositoryController::reason).orElse("not loaded yet"));
    return entry;
  }

  private static String reason(ModelState state) {
    return switch (state) {
      case ModelState.Ready _ ->
          state
              .trouble()
              .map(reason -> "serves as before; the last load was refused: " + reason)
              .orElse("");
      case ModelState.Loading _ -> "";
      case ModelState.Refused(String reason) -> reason;
      case ModelState.Unloaded _ -> "unloaded";
    };
  }
}
