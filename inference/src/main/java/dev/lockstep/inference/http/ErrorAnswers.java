package dev.lockstep.inference.http;

import dev.lockstep.inference.serving.ApiException;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Answers an {@link ApiException}. An error route, because the framework finds one by the type of
 * what was thrown; for an exception handler it would search all beans, each time.
 */
@Controller
final class ErrorAnswers {
  /** Milliseconds, beside HTTP's whole seconds; OpenAI's clients wait as long as it says. */
  private static final String RETRY_AFTER_MILLIS = "retry-after-ms";

  @Error(global = true)
  HttpResponse<ErrorBody> answer(HttpRequest<?> request, ApiException refused) {
    MutableHttpResponse<ErrorBody> response =
        HttpResponse.<ErrorBody>status(status(refused.kind()))
            .body(body(request.getPath(), refused));
    headers(refused).forEach(response::header);
    return response;
  }

  static ErrorBody body(String path, ApiException refused) {
    return ErrorBody.of(
        path, status(refused.kind()), refused.problem(), refused.code(), refused.field());
  }

  static Map<String, String> headers(ApiException refused) {
    Map<String, String> headers = new LinkedHashMap<>();
    refused
        .retryAfter()
        .ifPresent(after -> {
          long millis = Math.max(1, Math.ceilDiv(after.toNanos(), 1_000_000));
          headers.put(HttpHeaders.RETRY_AFTER, String.valueOf(Math.ceilDiv(millis, 1000)));
          headers.put(RETRY_AFTER_MILLIS, String.valueOf(millis));
        });
    if (status(refused.kind()) == HttpStatus.UNAUTHORIZED) {
      headers.put(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    return headers;
  }

  static HttpStatus status(ApiException.Kind kind) {
    return switch (kind) {
      case INVALID -> HttpStatus.BAD_REQUEST;
      case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
      case FORBIDDEN -> HttpStatus.FORBIDDEN;
      case NOT_FOUND -> HttpStatus.NOT_FOUND;
      case OVERLOADED, EXPIRED -> HttpStatus.TOO_MANY_REQUESTS;
      // Of a caller that has gone nobody reads it; it keeps a hang-up from being logged as a
      // failure
      // of the server.
      case TOO_SLOW, CALLER_GONE -> HttpStatus.REQUEST_TIMEOUT;
      case NOT_READY -> HttpStatus.SERVICE_UNAVAILABLE;
      case DEVICE_FAILED -> HttpStatus.INTERNAL_SERVER_ERROR;
    };
  }
}
