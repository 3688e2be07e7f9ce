package dev.lockstep.inference.http;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the OpenAPI document says of the server itself and of its model repository. */
final class RepositoryDescription {
  private static final String NO_OPERATOR = "a key for inference, not an operator's";

  private RepositoryDescription() {}

  /** The server. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @SecurityRequirement(name = ApiDescription.KEY)
  @ApiResponse(
      responseCode = "200",
      description = "what the server is and what it runs",
      content = @Content(schema = @Schema(implementation = TensorBodies.ServerMetadata.class)))
  @ApiResponse(
      responseCode = "401",
      description = ApiDescription.NO_KEY,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "406",
      description = ApiDescription.NOT_ACCEPTED,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @interface ServerAnswers {}

  /** What holds for every operation on the repository. */
  @Target(ElementType.ANNOTATION_TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @SecurityRequirement(name = ApiDescription.KEY)
  @ApiResponse(
      responseCode = "401",
      description = ApiDescription.NO_KEY,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "403",
      description = NO_OPERATOR,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "406",
      description = ApiDescription.NOT_ACCEPTED,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "408",
      description = ApiDescription.TOO_SLOW,
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "413",
      description = "the body is too large",
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "415",
      description = "the body is not declared as JSON",
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @interface OperatorsOnly {}

  /** The list of all models with their states. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @OperatorsOnly
  @ApiResponse(
      responseCode = "200",
      description = "every model with its state",
      content =
          @Content(
              array =
                  @ArraySchema(schema = @Schema(implementation = TensorBodies.IndexEntry.class))))
  @ApiResponse(
      responseCode = "400",
      description = "the body or a field of it is wrong",
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "404",
      description = "the repository is closed: there are no operator keys",
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @interface IndexAnswers {}

  /** Loading. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @OperatorsOnly
  @ApiResponse(
      responseCode = "200",
      description = "done",
      content = @Content(schema = @Schema(implementation = TensorBodies.Done.class)))
  @ApiResponse(
      responseCode = "400",
      description = "the body or a field of it is wrong, or the model cannot be loaded",
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "404",
      description = "no such model, or the repository is closed: there are no operator keys",
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "500",
      description = "the device failed, and the message says how; what served serves on",
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @interface LoadAnswers {}

  /** Unloading. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @OperatorsOnly
  @ApiResponse(
      responseCode = "200",
      description = "done",
      content = @Content(schema = @Schema(implementation = TensorBodies.Done.class)))
  @ApiResponse(
      responseCode = "400",
      description = "the body or a field of it is wrong",
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @ApiResponse(
      responseCode = "404",
      description = "no such model, or the repository is closed: there are no operator keys",
      content = @Content(schema = @Schema(implementation = ErrorBody.Tensor.class)))
  @interface UnloadAnswers {}
}
