package dev.lockstep.inference.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import java.util.List;
import java.util.Map;

/**
 * What is said under {@code /v2} and by the health checks, for the OpenAPI document alone: it is
 * read field by field and written as maps. A test holds the answers against it.
 */
final class TensorBodies {
  private TensorBodies() {}

  /** A model's tensors. */
  @Schema(name = "ModelMetadata")
  record ModelMetadata(
      String name,
      List<String> versions,
      String platform,
      List<TensorMetadata> inputs,
      List<TensorMetadata> outputs,
      Map<String, Object> parameters) {}

  /**
   * A tensor that a model takes or gives.
   *
   * @param shape -1 where any size goes
   */
  @Schema(name = "TensorMetadata")
  record TensorMetadata(String name, String datatype, List<Long> shape) {}

  /** What the model is run on. */
  @Schema(name = "InferRequest")
  record InferRequest(
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) String id,
      List<Tensor> inputs,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) List<WantedOutput> outputs) {}

  /** One of the outputs that are wanted; all of them when none is named. */
  @Schema(name = "WantedOutput")
  record WantedOutput(String name) {}

  /**
   * A tensor.
   *
   * @param data numbers, strings or booleans, row by row, flat or nested
   */
  @Schema(name = "Tensor")
  record Tensor(String name, List<Long> shape, String datatype, List<Object> data) {}

  /** What the model gave. */
  @Schema(name = "InferResponse")
  record InferResponse(
      @JsonProperty("model_name") String modelName,
      @JsonProperty("model_version") String modelVersion,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) String id,
      List<Tensor> outputs) {}

  @Schema(name = "Ready")
  record Ready(boolean ready) {}

  @Schema(name = "Live")
  record Live(boolean live) {}

  /** Ready, starting, draining or stuck. */
  @Schema(name = "Health")
  record Health(String status) {}
}
