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

  /** What this server is. */
  record ServerMetadata(
      String name, String version, List<String> extensions, Map<String, Object> parameters) {}

  /** What the model is run on. */
  record InferRequest(
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) String id,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) InferParameters parameters,
      List<Tensor> inputs,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) List<WantedOutput> outputs) {}

  /** Whether outputs are written in the binary form that do not say it themselves. */
  record InferParameters(
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) @JsonProperty("binary_data_output")
          boolean binaryDataOutput) {}

  /** One of the outputs that are wanted; all of them when none is named. */
  record WantedOutput(
      String name, @Schema(requiredMode = RequiredMode.NOT_REQUIRED) OutputParameters parameters) {}

  /** Whether the output is written in the binary form. */
  record OutputParameters(
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) @JsonProperty("binary_data")
          boolean binaryData) {}

  /**
   * A tensor.
   *
   * @param data numbers, strings or booleans, row by row, flat or nested; absent of one in the
   *     binary form
   */
  record Tensor(
      String name,
      List<Long> shape,
      String datatype,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED)
          @ArraySchema(schema = @Schema(oneOf = {Double.class, String.class, Boolean.class}))
          List<Object> data,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) TensorParameters parameters) {}

  /** How many bytes the tensor has behind the JSON, of one in the binary form. */
  record TensorParameters(
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) @JsonProperty("binary_data_size")
          long binaryDataSize) {}

  /** What the model gave. */
  record InferResponse(
      @JsonProperty("model_name") String modelName,
      @JsonProperty("model_version") String modelVersion,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) String id,
      List<Tensor> outputs) {}

  /**
   * A model of the repository.
   *
   * @param version of one that serves
   * @param state READY, LOADING or UNAVAILABLE
   * @param reason why it does not serve, or why it could not be loaded again; empty otherwise
   */
  record IndexEntry(
      String name,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED) String version,
      String state,
      String reason) {}

  /** Nothing: the status says it. */
  record Done() {}

  record ModelReady(String name, boolean ready) {}

  record Ready(boolean ready) {}

  record Live(boolean live) {}

  /** Ready, starting, draining, stuck, or empty: no model is loaded. */
  record Health(String status) {}
}
