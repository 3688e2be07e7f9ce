package dev.lockstep.inference.http;

import dev.lockstep.inference.batching.Caller;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.lifecycle.Lease;
import dev.lockstep.inference.lifecycle.Liveness;
import dev.lockstep.inference.lifecycle.Models;
import dev.lockstep.inference.lifecycle.Readiness;
import dev.lockstep.inference.lifecycle.ServedModel;
import dev.lockstep.inference.telemetry.RequestMetrics;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Open Inference Protocol v2 with JSON tensors.
 *
 * @see <a
 *     href="https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md">The
 *     protocol</a>
 */
@Controller("/v2")
final class OpenInferenceController {
  private final JsonMapper json;
  private final Models models;
  private final Readiness readiness;
  private final Liveness liveness;
  private final RequestGuard guard;

  OpenInferenceController(
      JsonMapper json, Models models, Readiness readiness, Liveness liveness, RequestGuard guard) {
    this.json = json;
    this.models = models;
    this.readiness = readiness;
    this.liveness = liveness;
    this.guard = guard;
  }

  private record Answer(
      ServedModel model, Optional<String> id, List<String> wanted, Map<String, Tensor> outputs) {}

  /** False when the device hangs, never because it is busy. */
  @Get("/health/live")
  @ApiDescription.LiveAnswers
  HttpResponse<Map<String, Object>> live() {
    boolean live = liveness.isAlive();
    return HttpResponse.<Map<String, Object>>status(
            live ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .body(Map.of("live", live));
  }

  @Get("/health/ready")
  @ApiDescription.ReadyAnswers
  HttpResponse<Map<String, Object>> ready() {
    return status("ready");
  }

  @Get("/models/{name}")
  @ApiDescription.MetadataAnswers
  Map<String, Object> model(@PathVariable String name) {
    try (Lease lease = lease(name)) {
      ServedModel model = lease.model();
      Map<String, Object> metadata = new LinkedHashMap<>();
      metadata.put("name", model.card().name());
      metadata.put("versions", List.of(model.card().version()));
      metadata.put("platform", "onnxruntime_onnx");
      metadata.put("inputs", specs(model.tensors().inputs()));
      metadata.put("outputs", specs(model.tensors().outputs()));
      metadata.put(
          "parameters",
          Map.of(
              "provider", model.device().provider(),
              "device", model.device().name(),
              "fingerprint", model.card().fingerprint()));
      return metadata;
    }
  }

  @Get("/models/{name}/ready")
  @ApiDescription.ModelReadyAnswers
  HttpResponse<Map<String, Object>> modelReady(@PathVariable String name) {
    try (Lease _ = lease(name)) {
      return status("ready");
    }
  }

  @Post("/models/{name}/infer")
  @ApiDescription.InferAnswers
  CompletableFuture<Map<String, Object>> infer(
      HttpRequest<?> request, @PathVariable String name, @Body byte[] body) {
    return guard.serve(
        request,
        RequestMetrics.Endpoint.INFER,
        exchange -> infer(exchange, exchange.model(name), Fields.parse(json, body)),
        OpenInferenceController::response);
  }

  private static CompletionStage<Answer> infer(
      Exchange exchange, ServedModel model, Fields request) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Fields input : request.objects("inputs")) {
      String name = input.text("name");
      if (inputs.put(name, JsonTensors.read(input)) != null) {
        throw ApiException.invalid(input.pathOf("name"), "repeats the input '%s'".formatted(name));
      }
    }
    List<String> wanted = wanted(model, request);
    Optional<String> id = request.optionalText("id");
    Caller caller = exchange.charge(model.tensors().predict(inputs));
    return model
        .tensors()
        .infer(inputs, caller)
        .thenApply(outputs -> new Answer(model, id, wanted, outputs));
  }

  private static Map<String, Object> response(Answer answer) {
    List<Map<String, Object>> written = new ArrayList<>();
    answer
        .outputs()
        .forEach((name, tensor) -> {
          if (answer.wanted().contains(name)) {
            written.add(JsonTensors.write(name, tensor));
          }
        });
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("model_name", answer.model().card().name());
    response.put("model_version", answer.model().card().version());
    answer.id().ifPresent(id -> response.put("id", id));
    response.put("outputs", written);
    return response;
  }

  /** The outputs asked for; all of them when none is. */
  private static List<String> wanted(ServedModel model, Fields request) {
    List<String> known = model.tensors().outputs().stream().map(TensorSpec::name).toList();
    if (request.optional("outputs").isEmpty()) {
      return known;
    }
    List<String> wanted = new ArrayList<>();
    for (Fields output : request.objects("outputs")) {
      String name = output.text("name");
      if (!known.contains(name)) {
        throw ApiException.invalid(
            output.pathOf("name"), "is '%s'; the model gives %s".formatted(name, known));
      }
      wanted.add(name);
    }
    return wanted;
  }

  private Lease lease(String name) {
    return models.lease(name).orElseThrow(() -> ApiException.unknownModel(name, models.ready()));
  }

  private HttpResponse<Map<String, Object>> status(String field) {
    boolean ready = readiness.isReady() && liveness.isAlive();
    return HttpResponse.<Map<String, Object>>status(
            ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .body(Map.of(field, ready));
  }

  private static List<Map<String, Object>> specs(List<TensorSpec> specs) {
    return specs.stream()
        .map(spec ->
            Map.<String, Object>of(
                "name", spec.name(), "datatype", spec.type().name(), "shape", spec.shape()))
        .toList();
  }
}
