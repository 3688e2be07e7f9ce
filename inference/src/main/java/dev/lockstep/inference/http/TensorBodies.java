package dev.lockstep.inference.http;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;

/**
 * What is said under {@code /v2} and by the health checks, for the OpenAPI document alone: it is
 * read field by field and written as maps. A test holds the answers against it.
 */
final class TensorBodies {
  private TensorBodies() {}

  @Schema(requiredProperties = {"name", "versions", "platform", "inputs", "outputs", "parameters"})
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
  @Schema(requiredProperties = {"name", "datatype", "shape"})
  record TensorMetadata(String name, String datatype, List<Long> shape) {}

  @Schema(requiredProperties = "inputs")
  record InferRequest(String id, List<Tensor> inputs, List<WantedOutput> outputs) {}

  @Schema(requiredProperties = "name")
  record WantedOutput(String name) {}

  /**
   * A tensor.
   *
   * @param data numbers, strings or booleans, row by row, flat or nested
   */
  @Schema(name = "Tensor", requiredProperties = {"name", "shape", "datatype", "data"})
  record Tensor(String name, List<Long> shape, String datatype, List<Object> data) {}

  @Schema(requiredProperties = {"model_name", "model_version", "outputs"})
  record InferResponse(
      @Schema(name = "model_name") String modelName,
      @Schema(name = "model_version") String modelVersion,
      String id,
      List<Tensor> outputs) {}

  @Schema(requiredProperties = "ready")
  record Ready(boolean ready) {}

  @Schema(requiredProperties = "live")
  record Live(boolean live) {}

  /** Ready, starting, draining or stuck. */
  @Schema(requiredProperties = "status")
  record Health(String status) {}
}
