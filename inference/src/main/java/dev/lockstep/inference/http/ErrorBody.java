package dev.lockstep.inference.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.http.HttpStatus;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;

/** An error in the shape of the protocol that was spoken. */
sealed interface ErrorBody {

  /** Everywhere but under {@code /v2}: OpenAI's shape. */
  @Serdeable.Serializable
  @Schema(name = "Error")
  record OpenAi(Problem error) implements ErrorBody {}

  /**
   * What OpenAI's clients read.
   *
   * @param type by status: invalid_request_error, authentication_error, rate_limit_error or
   *     server_error
   * @param param the field that is wrong
   * @param code for programs, by reason
   */
  @Serdeable.Serializable
  @JsonInclude(JsonInclude.Include.ALWAYS)
  @Schema(name = "Problem")
  record Problem(
      String message, String type, @Schema(nullable = true) Optional<String> param, String code) {}

  /** Under {@code /v2}: the Open Inference Protocol's. */
  @Serdeable.Serializable
  @Schema(name = "TensorError")
  record Tensor(String error) implements ErrorBody {}

  static ErrorBody of(
      String path, HttpStatus status, String message, String code, Optional<String> field) {
    return path.equals("/v2") || path.startsWith("/v2/")
        ? new Tensor(message)
        : new OpenAi(new Problem(message, type(status), field, code));
  }

  private static String type(HttpStatus status) {
    return switch (status) {
      case UNAUTHORIZED -> "authentication_error";
      case TOO_MANY_REQUESTS -> "rate_limit_error";
      default -> status.getCode() < 500 ? "invalid_request_error" : "server_error";
    };
  }
}
