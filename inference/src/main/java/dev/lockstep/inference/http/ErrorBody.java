package dev.lockstep.inference.http;

import io.micronaut.http.HttpStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An error in the shape of the protocol that was spoken: {@code {"error": "…"}} under {@code /v2}
 * (Open Inference Protocol), {@code {"error": {"message", "type", "param", "code"}}} everywhere
 * else (OpenAI).
 */
final class ErrorBody {
  private ErrorBody() {}

  static Map<String, Object> of(
      String path, HttpStatus status, String message, String code, Optional<String> field) {
    if (path.equals("/v2") || path.startsWith("/v2/")) {
      return Map.of("error", message);
    }
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("message", message);
    error.put("type", type(status));
    field.ifPresent(name -> error.put("param", name));
    error.put("code", code);
    return Map.of("error", error);
  }

  private static String type(HttpStatus status) {
    return switch (status) {
      case UNAUTHORIZED -> "authentication_error";
      case TOO_MANY_REQUESTS -> "rate_limit_error";
      default -> status.getCode() < 500 ? "invalid_request_error" : "server_error";
    };
  }
}
