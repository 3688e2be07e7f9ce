package dev.lockstep.inference.http;

import io.micronaut.context.annotation.Primary;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;

/** Gives errors that Micronaut raises itself (404, 405, 413, 415, 500) the protocol's shape too. */
@Singleton
@Primary
final class FrameworkErrors implements ErrorResponseProcessor<ErrorBody> {
  private final long mostBytes;

  FrameworkErrors(HttpServerConfiguration server) {
    this.mostBytes = server.getMaxRequestSize();
  }

  @Override
  public MutableHttpResponse<ErrorBody> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    HttpStatus status = response.status();
    return response
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(
            ErrorBody.of(
                context.getRequest().getPath(),
                status,
                message(context.getRequest(), status),
                status.name().toLowerCase(Locale.ROOT),
                Optional.empty()));
  }

  /**
   * In our words: the framework's repeat paths, headers and bodies. What went wrong inside the
   * server is in its log and nobody else's business.
   */
  private String message(HttpRequest<?> request, HttpStatus status) {
    return switch (status) {
      case NOT_FOUND -> "there is nothing at this path; GET /swagger-ui lists what there is";
      case METHOD_NOT_ALLOWED -> "this path does not take the method " + request.getMethod();
      case UNSUPPORTED_MEDIA_TYPE ->
          "the Content-Type is not one that this path takes; application/json is";
      case NOT_ACCEPTABLE -> "the Accept header excludes what this path answers with";
      case REQUEST_ENTITY_TOO_LARGE ->
          "the body is too large; at most %d bytes are allowed".formatted(mostBytes);
      case BAD_REQUEST -> "the request is not readable as HTTP, or lacks its body";
      default ->
          status.getCode() < 500
              ? "the request is not readable: " + status.getReason()
              : "the server failed; its log says why";
    };
  }
}
