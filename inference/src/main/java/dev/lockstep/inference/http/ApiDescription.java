package dev.lockstep.inference.http;

import dev.lockstep.inference.serving.Budget;
import io.micronaut.http.MediaType;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the OpenAPI document says beyond what the code does: how each kind of operation refuses. The
 * document is made when the server is compiled; a test provokes every status in it.
 */
@OpenAPIDefinition(
    info =
        @Info(
            title = "Lockstep inference",
            version = "1",
            description =
                "Embeddings, ranking and classes of texts as OpenAI, Cohere and vLLM have them, and"
                    + " tensors by the Open Inference Protocol."))
@SecurityScheme(name = ApiDescription.KEY, type = SecuritySchemeType.HTTP, scheme = "bearer")
final class ApiDescription {
  static final String KEY = "key";

  static final String NO_KEY = "no valid key";
  private static final String NO_MODEL = "no such model serves";
  static final String TOO_SLOW = "the request did not come in time; the connection is closed";
  static final String NOT_ACCEPTED = "the Accept header excludes the answer";
  private static final String NOT_READY =
      "starting or draining, or no model is loaded, or the device hangs";

  private ApiDescription() {}

  /** Inference under {@code /v1}. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @SecurityRequirement(name = KEY)
  @Parameter(
      in = ParameterIn.HEADER,
      name = Budget.HEADER,
      description = "how long the answer is worth waiting for",
      schema = @Schema(type = "integer", minimum = "1", maximum = "3600000"))
  @ApiResponse(
      responseCode = "400",
      description =
          "the body, a field of it, or X-Request-Timeout-Ms is wrong, and the message says which",
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "401",
      description = NO_KEY,
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "404",
      description = NO_MODEL,
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "406",
      description = NOT_ACCEPTED,
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "408",
      description = TOO_SLOW,
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "413",
      description = "the body is too large",
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "415",
      description = "the body is not declared as what the operation reads",
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "429",
      description = "overload; Retry-After and retry-after-ms say when to ask again",
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "500",
      description = "the model failed",
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "503",
      description = NOT_READY,
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @interface TextAnswers {}

  /** The list of models. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @SecurityRequirement(name = KEY)
  @ApiResponse(
      responseCode = "401",
      description = NO_KEY,
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "406",
      description = NOT_ACCEPTED,
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @interface ListAnswers {}

  /** One model under {@code /v1}. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @SecurityRequirement(name = KEY)
  @ApiResponse(
      responseCode = "401",
      description = NO_KEY,
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "404",
      description = NO_MODEL,
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "406",
      description = NOT_ACCEPTED,
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @interface ModelAnswers {}

  /** Inference under {@code /v2}. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @SecurityRequirement(name = KEY)
  @Parameter(
      in = ParameterIn.HEADER,
      name = Budget.HEADER,
      description = "how long the answer is worth waiting for",
      schema = @Schema(type = "integer", minimum = "1", maximum = "3600000"))
  @Parameter(
      in = ParameterIn.HEADER,
      name = InferFrame.HEADER,
      description = "where the JSON ends and the binary tensors begin",
      schema = @Schema(type = "integer", minimum = "0"))
  @RequestBody(
      required = true,
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = TensorBodies.InferRequest.class)),
        @Content(
            mediaType = MediaType.APPLICATION_OCTET_STREAM,
            schema =
                @Schema(
                    type = "string",
                    format = "binary",
                    description = "the same JSON, and the binary tensors behind it"))
      })
  @ApiResponse(
      responseCode = "200",
      description = "the outputs",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = TensorBodies.InferResponse.class)),
        @Content(
            mediaType = MediaType.APPLICATION_OCTET_STREAM,
            schema =
                @Schema(
                    type = "string",
                    format = "binary",
                    description = "the same JSON, and the binary tensors behind it"))
      })
  @ApiResponse(
      responseCode = "400",
      description =
          "the body, a field of it, or X-Request-Timeout-Ms is wrong, and the message says which",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "401",
      description = NO_KEY,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "404",
      description = NO_MODEL,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "406",
      description = NOT_ACCEPTED,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "408",
      description = TOO_SLOW,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "413",
      description = "the body is too large",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "415",
      description = "the body is not declared as what the operation reads",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "429",
      description = "overload; Retry-After and retry-after-ms say when to ask again",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "500",
      description = "the model failed",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "503",
      description = NOT_READY,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @interface InferAnswers {}

  /** One model under {@code /v2}. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @SecurityRequirement(name = KEY)
  @ApiResponse(
      responseCode = "200",
      description = "the model's tensors",
      content = @Content(schema = @Schema(implementation = TensorBodies.ModelMetadata.class)))
  @ApiResponse(
      responseCode = "401",
      description = NO_KEY,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "404",
      description = NO_MODEL,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "406",
      description = NOT_ACCEPTED,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @interface MetadataAnswers {}

  /** Whether one model can serve. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @SecurityRequirement(name = KEY)
  @ApiResponse(
      responseCode = "200",
      description = "it can serve",
      content = @Content(schema = @Schema(implementation = TensorBodies.ModelReady.class)))
  @ApiResponse(
      responseCode = "401",
      description = NO_KEY,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "404",
      description = NO_MODEL,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "406",
      description = NOT_ACCEPTED,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "503",
      description = NOT_READY,
      content = @Content(schema = @Schema(implementation = TensorBodies.ModelReady.class)))
  @interface ModelReadyAnswers {}

  /** Whether the server can serve. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @ApiResponse(
      responseCode = "200",
      description = "it can serve",
      content = @Content(schema = @Schema(implementation = TensorBodies.Ready.class)))
  @ApiResponse(
      responseCode = "406",
      description = NOT_ACCEPTED,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "503",
      description = NOT_READY,
      content = @Content(schema = @Schema(implementation = TensorBodies.Ready.class)))
  @interface ReadyAnswers {}

  /** Whether the server should live. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @ApiResponse(
      responseCode = "200",
      description = "the device works",
      content = @Content(schema = @Schema(implementation = TensorBodies.Live.class)))
  @ApiResponse(
      responseCode = "406",
      description = NOT_ACCEPTED,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "503",
      description = "the device hangs",
      content = @Content(schema = @Schema(implementation = TensorBodies.Live.class)))
  @interface LiveAnswers {}

  /** The load balancer's question. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @ApiResponse(
      responseCode = "200",
      description = "it can serve",
      content = @Content(schema = @Schema(implementation = TensorBodies.Health.class)))
  @ApiResponse(
      responseCode = "406",
      description = NOT_ACCEPTED,
      content = @Content(schema = @Schema(implementation = ErrorBody.OpenAi.class)))
  @ApiResponse(
      responseCode = "503",
      description = NOT_READY,
      content = @Content(schema = @Schema(implementation = TensorBodies.Health.class)))
  @interface HealthAnswers {}
}
