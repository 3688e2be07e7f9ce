package dev.lockstep.inference.http;

import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.InvalidInputException;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.lifecycle.Readiness;
import dev.lockstep.inference.model.ModelCard;
import dev.lockstep.inference.telemetry.RequestMetrics;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.JsonMapper;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Open Inference Protocol v2 with JSON tensors.
 *
 * @see <a
 *     href="https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md">The
 *     protocol</a>
 */
@Controller("/v2")
@ExecuteOn(TaskExecutors.BLOCKING)
final class OpenInferenceController {
  private final JsonMapper json;
  private final ModelCard model;
  private final Engine engine;
  private final Readiness readiness;
  private final RequestGuard guard;

  OpenInferenceController(
      JsonMapper json, ModelCard model, Engine engine, Readiness readiness, RequestGuard guard) {
    this.json = json;
    this.model = model;
    this.engine = engine;
    this.readiness = readiness;
    this.guard = guard;
  }

  @Get("/health/live")
  Map<String, Object> live() {
    return Map.of("live", true);
  }

  @Get("/health/ready")
  HttpResponse<Map<String, Object>> ready() {
    return status("ready");
  }

  @Get("/models/{name}")
  Map<String, Object> model(@PathVariable String name) {
    requireServed(name);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", model.name());
    metadata.put("versions", List.of(model.version()));
    metadata.put("platform", "onnxruntime_onnx");
    metadata.put("inputs", engine.inputs().stream().map(OpenInferenceController::spec).toList());
    metadata.put("outputs", engine.outputs().stream().map(OpenInferenceController::spec).toList());
    metadata.put("parameters", Map.of("provider", engine.provider()));
    return metadata;
  }

  @Get("/models/{name}/ready")
  HttpResponse<Map<String, Object>> modelReady(@PathVariable String name) {
    requireServed(name);
    return status("ready");
  }

  @Post("/models/{name}/infer")
  Map<String, Object> infer(@PathVariable String name, @Body byte[] body) {
    requireServed(name);
    return guard.admit(RequestMetrics.Endpoint.INFER, () -> infer(Fields.parse(json, body)));
  }

  private Map<String, Object> infer(Fields request) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Fields input : request.objects("inputs")) {
      String name = input.text("name");
      if (inputs.put(name, JsonTensors.read(input)) != null) {
        throw ApiException.invalid(input.pathOf("name"), "repeats the input '%s'".formatted(name));
      }
    }
    List<String> wanted = wanted(request);
    Map<String, Tensor> outputs = run(inputs);
    List<Map<String, Object>> written = new ArrayList<>();
    outputs.forEach((name, tensor) -> {
      if (wanted.contains(name)) {
        written.add(JsonTensors.write(name, tensor));
      }
    });
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("model_name", model.name());
    response.put("model_version", model.version());
    request.optionalText("id").ifPresent(id -> response.put("id", id));
    response.put("outputs", written);
    return response;
  }

  private Map<String, Tensor> run(Map<String, Tensor> inputs) {
    try {
      return engine.run(inputs);
    } catch (InvalidInputException invalid) {
      throw ApiException.invalid("inputs", invalid.problem());
    }
  }

  /** The outputs asked for; all of them when none is. */
  private List<String> wanted(Fields request) {
    List<String> known = engine.outputs().stream().map(TensorSpec::name).toList();
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

  private void requireServed(String name) {
    if (!name.equals(model.name())) {
      throw ApiException.unknownModel(name, model.name());
    }
  }

  private HttpResponse<Map<String, Object>> status(String field) {
    boolean ready = readiness.isReady();
    return HttpResponse.<Map<String, Object>>status(
            ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .body(Map.of(field, ready));
  }

  private static Map<String, Object> spec(TensorSpec spec) {
    return Map.of("name", spec.name(), "datatype", spec.type().name(), "shape", spec.shape());
  }
}
