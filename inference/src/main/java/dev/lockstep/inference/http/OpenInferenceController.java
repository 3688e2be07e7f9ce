package dev.lockstep.inference.http;

import dev.lockstep.inference.batching.Caller;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.lifecycle.Health;
import dev.lockstep.inference.lifecycle.Lease;
import dev.lockstep.inference.lifecycle.Liveness;
import dev.lockstep.inference.lifecycle.ModelState;
import dev.lockstep.inference.lifecycle.Models;
import dev.lockstep.inference.lifecycle.ServedModel;
import dev.lockstep.inference.telemetry.RequestMetrics;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Open Inference Protocol v2 with the binary tensor data extension.
 *
 * @see <a
 *     href="https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md">The
 *     protocol</a>
 */
@Controller("/v2")
final class OpenInferenceController {
  private static final String PLATFORM = "onnxruntime_onnx";

  private final JsonMapper json;
  private final Models models;
  private final Health health;
  private final Liveness liveness;
  private final RequestGuard guard;
  private final OperatorKeys operators;

  OpenInferenceController(
      JsonMapper json,
      Models models,
      Health health,
      Liveness liveness,
      RequestGuard guard,
      OperatorKeys operators) {
    this.json = json;
    this.models = models;
    this.health = health;
    this.liveness = liveness;
    this.guard = guard;
    this.operators = operators;
  }

  private record Answer(
      ServedModel model,
      Optional<String> id,
      List<InferRequest.Wanted> wanted,
      Map<String, Tensor> outputs) {}

  /** What this server is, and what it runs on. */
  @Get
  @RepositoryDescription.ServerAnswers
  Map<String, Object> server() {
    List<String> extensions = new ArrayList<>(List.of("binary_tensor_data"));
    if (operators.present()) {
      extensions.add("model_repository");
    }
    Map<String, Object> served = new LinkedHashMap<>();
    models
        .states()
        .forEach((name, state) -> {
          if (state instanceof ModelState.Ready ready) {
            served.put(name, identity(ready.model()));
          }
        });
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", ServerVersion.NAME);
    metadata.put("version", ServerVersion.VERSION);
    metadata.put("extensions", extensions);
    metadata.put("parameters", Map.of("models", served));
    return metadata;
  }

  /** False when the device hangs, never because it is busy. */
  @Get("/health/live")
  @ApiDescription.LiveAnswers
  HttpResponse<Map<String, Object>> live() {
    return probe(liveness.isAlive(), Map.of("live", liveness.isAlive()));
  }

  /** Whether it can serve. */
  @Get("/health/ready")
  @ApiDescription.ReadyAnswers
  HttpResponse<Map<String, Object>> ready() {
    return probe(isReady(), Map.of("ready", isReady()));
  }

  /** A model's tensors. */
  @Get("/models/{name}")
  @ApiDescription.MetadataAnswers
  Map<String, Object> model(@PathVariable String name) {
    return metadata(name, Optional.empty());
  }

  /** The tensors of one version of a model. */
  @Get("/models/{name}/versions/{version}")
  @ApiDescription.MetadataAnswers
  Map<String, Object> modelVersion(@PathVariable String name, @PathVariable String version) {
    return metadata(name, Optional.of(version));
  }

  /** Whether a model can serve. */
  @Get("/models/{name}/ready")
  @ApiDescription.ModelReadyAnswers
  HttpResponse<Map<String, Object>> modelReady(@PathVariable String name) {
    return readyModel(name, Optional.empty());
  }

  /** Whether one version of a model can serve. */
  @Get("/models/{name}/versions/{version}/ready")
  @ApiDescription.ModelReadyAnswers
  HttpResponse<Map<String, Object>> modelVersionReady(
      @PathVariable String name, @PathVariable String version) {
    return readyModel(name, Optional.of(version));
  }

  /** Runs a model. */
  @Post("/models/{name}/infer")
  @Consumes({MediaType.APPLICATION_JSON, MediaType.APPLICATION_OCTET_STREAM})
  @Produces({MediaType.APPLICATION_JSON, MediaType.APPLICATION_OCTET_STREAM})
  @ApiDescription.InferAnswers
  CompletableFuture<HttpResponse<byte[]>> infer(
      HttpRequest<?> request, @PathVariable String name, @Body byte[] body) {
    return infer(request, name, Optional.empty(), body);
  }

  /** Runs one version of a model. */
  @Post("/models/{name}/versions/{version}/infer")
  @Consumes({MediaType.APPLICATION_JSON, MediaType.APPLICATION_OCTET_STREAM})
  @Produces({MediaType.APPLICATION_JSON, MediaType.APPLICATION_OCTET_STREAM})
  @ApiDescription.InferAnswers
  CompletableFuture<HttpResponse<byte[]>> inferVersion(
      HttpRequest<?> request,
      @PathVariable String name,
      @PathVariable String version,
      @Body byte[] body) {
    return infer(request, name, Optional.of(version), body);
  }

  private CompletableFuture<HttpResponse<byte[]>> infer(
      HttpRequest<?> request, String name, Optional<String> version, byte[] body) {
    Optional<String> frameHeader = request.getHeaders().findFirst(InferFrame.HEADER);
    return guard.serve(
        request,
        RequestMetrics.Endpoint.INFER,
        exchange -> {
          ServedModel model = requireVersion(exchange.model(name), version);
          return run(exchange, model, InferRequest.parse(json, body, frameHeader));
        },
        this::response);
  }

  private static CompletionStage<Answer> run(
      Exchange exchange, ServedModel model, InferRequest request) {
    List<InferRequest.Wanted> wanted = request.wanted(model.tensors().outputs());
    Caller caller = exchange.charge(model.tensors().predict(request.inputs()));
    return model
        .tensors()
        .infer(request.inputs(), caller)
        .thenApply(outputs -> new Answer(model, request.id(), wanted, outputs));
  }

  private HttpResponse<byte[]> response(Answer answer) {
    InferResponse written =
        InferResponse.write(
            json, answer.model().card(), answer.id(), answer.wanted(), answer.outputs());
    MutableHttpResponse<byte[]> response = HttpResponse.ok(written.body());
    written
        .jsonBytes()
        .ifPresentOrElse(
            length ->
                response
                    .contentType(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                    .header(InferFrame.HEADER, String.valueOf(length)),
            () -> response.contentType(MediaType.APPLICATION_JSON_TYPE));
    return response;
  }

  private Map<String, Object> metadata(String name, Optional<String> version) {
    try (Lease lease = lease(name)) {
      ServedModel model = requireVersion(lease.model(), version);
      Map<String, Object> metadata = new LinkedHashMap<>();
      metadata.put("name", model.card().name());
      metadata.put("versions", versions(model));
      metadata.put("platform", PLATFORM);
      metadata.put("inputs", specs(model.tensors().inputs()));
      metadata.put("outputs", specs(model.tensors().outputs()));
      metadata.put("parameters", identity(model));
      return metadata;
    }
  }

  private HttpResponse<Map<String, Object>> readyModel(String name, Optional<String> version) {
    try (Lease lease = lease(name)) {
      ServedModel model = requireVersion(lease.model(), version);
      return probe(isReady(), Map.of("name", model.card().name(), "ready", isReady()));
    }
  }

  private static Map<String, Object> identity(ServedModel model) {
    Map<String, Object> identity = new LinkedHashMap<>();
    identity.put("version", model.card().version());
    identity.put("fingerprint", model.card().fingerprint());
    identity.put("provider", model.device().provider());
    identity.put("device", model.device().name());
    return identity;
  }

  /** A folder has one version of its model. */
  private static List<String> versions(ServedModel model) {
    return List.of(model.card().version());
  }

  private static ServedModel requireVersion(ServedModel model, Optional<String> asked) {
    if (asked.isPresent() && !versions(model).contains(asked.get())) {
      throw ApiException.unknownVersion(model.card().name(), asked.get(), versions(model));
    }
    return model;
  }

  private Lease lease(String name) {
    return models.lease(name).orElseThrow(() -> ApiException.unknownModel(name, models.ready()));
  }

  private boolean isReady() {
    return health.canServe();
  }

  private static HttpResponse<Map<String, Object>> probe(boolean good, Map<String, Object> body) {
    return HttpResponse.<Map<String, Object>>status(
            good ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .body(body);
  }

  private static List<Map<String, Object>> specs(List<TensorSpec> specs) {
    return specs.stream()
        .map(spec ->
            Map.<String, Object>of(
                "name", spec.name(), "datatype", spec.type().name(), "shape", spec.shape()))
        .toList();
  }
}
