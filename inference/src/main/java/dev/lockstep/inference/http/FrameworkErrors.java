package dev.lockstep.inference.http;

import io.micronaut.context.annotation.Primary;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Gives errors that Micronaut raises itself (404, 405, 413, 415, 500) the protocol's shape too. */
@Singleton
@Primary
final class FrameworkErrors implements ErrorResponseProcessor<Map<String, Object>> {
  @Override
  public MutableHttpResponse<Map<String, Object>> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    HttpStatus status = response.status();
    return response
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(
            ErrorBody.of(
                context.getRequest().getPath(),
                status,
                message(context, status),
                status.name().toLowerCase(Locale.ROOT),
                Optional.empty()));
  }

  /** What went wrong inside the server is in its log and nobody else's business. */
  private static String message(ErrorContext context, HttpStatus status) {
    if (status.getCode() >= 500) {
      return "the server failed; its log says why";
    }
    return context.getErrors().stream()
        .findFirst()
        .map(Error::getMessage)
        .orElseGet(() ->
            "%s %s: %s"
                .formatted(
                    context.getRequest().getMethodName(),
                    context.getRequest().getPath(),
                    status.getReason()));
  }
}
