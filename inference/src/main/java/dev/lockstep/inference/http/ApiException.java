package dev.lockstep.inference.http;

import io.micronaut.http.HttpStatus;
import java.util.Optional;

/**
 * A request that is answered with an error. Each protocol writes it in its own shape, see {@link
 * ErrorBody}.
 */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final HttpStatus status;
  private final String problem;
  private final String code;
  private final transient Optional<String> field;

  private ApiException(HttpStatus status, String problem, String code, Optional<String> field) {
    super(problem);
    this.status = status;
    this.problem = problem;
    this.code = code;
    this.field = field;
  }

  static ApiException invalid(String field, String problem) {
    return new ApiException(
        HttpStatus.BAD_REQUEST, field + " " + problem, "invalid_value", Optional.of(field));
  }

  static ApiException malformed(String problem) {
    return new ApiException(HttpStatus.BAD_REQUEST, problem, "malformed_json", Optional.empty());
  }

  static ApiException unknownModel(String asked, String served) {
    return new ApiException(
        HttpStatus.NOT_FOUND,
        "model '%s' is not served; served is %s".formatted(asked, served),
        "model_not_found",
        Optional.of("model"));
  }

  static ApiException unauthenticated() {
    return new ApiException(
        HttpStatus.UNAUTHORIZED,
        "no valid API key; send the header Authorization: Bearer KEY",
        "invalid_api_key",
        Optional.empty());
  }

  static ApiException overloaded(int maxInFlight) {
    return new ApiException(
        HttpStatus.TOO_MANY_REQUESTS,
        "%d requests are under way, which is all this task takes; try again in a second"
            .formatted(maxInFlight),
        "overloaded",
        Optional.empty());
  }

  static ApiException notReady(String phase) {
    return new ApiException(
        HttpStatus.SERVICE_UNAVAILABLE,
        "this task is %s and takes no requests".formatted(phase),
        "not_ready",
        Optional.empty());
  }

  HttpStatus status() {
    return status;
  }

  String problem() {
    return problem;
  }

  String code() {
    return code;
  }

  Optional<String> field() {
    return field;
  }
}
