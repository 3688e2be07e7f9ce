package dev.lockstep.inference.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.ArraySchema;
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
  record ModelMetadata(
      String name,
      List<String> versions,
      String platform,
      List<TensorMetadata> inputs,
      List<TensorMetadata> outputs,
      Map<String, String> parameters) {}

  /**
   * A tensor that a model takes or gives.
   *
   * @param shape -1 where any size goes
   */
  record TensorMetadata(String name, String datatype, List<Long> shape) {}

  /** What the model is run on. */
  record InferRequest(
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) String id,
      List<Tensor> inputs,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) List<WantedOutput> outputs) {}

  /** One of the outputs that are wanted; all of them when none is named. */
  record WantedOutput(String name) {}

  /**
   * A tensor.
   *
   * @param data numbers, strings or booleans, row by row, flat or nested
   */
  record Tensor(
      String name,
      List<Long> shape,
      String datatype,
      @ArraySchema(schema = @Schema(oneOf = {Double.class, String.class, Boolean.class}))
          List<Object> data) {}

  /** What the model gave. */
  record InferResponse(
      @JsonProperty("model_name") String modelName,
      @JsonProperty("model_version") String modelVersion,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) String id,
      List<Tensor> outputs) {}

  record Ready(boolean ready) {}

  record Live(boolean live) {}

  /** Ready, starting, draining or stuck. */
  record Health(String status) {}
}
