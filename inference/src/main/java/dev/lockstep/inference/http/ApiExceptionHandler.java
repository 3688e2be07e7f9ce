package dev.lockstep.inference.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Answers an {@link ApiException}. */
@Singleton
final class ApiExceptionHandler implements ExceptionHandler<ApiException, HttpResponse<ErrorBody>> {

  /** Milliseconds, beside HTTP's whole seconds; OpenAI's clients wait as long as it says. */
  private static final String RETRY_AFTER_MILLIS = "retry-after-ms";

  @Override
  @SuppressWarnings("rawtypes") // as the interface declares it
  public HttpResponse<ErrorBody> handle(HttpRequest request, ApiException refused) {
    MutableHttpResponse<ErrorBody> response =
        HttpResponse.<ErrorBody>status(refused.status())
            .body(
                ErrorBody.of(
                    request.getPath(),
                    refused.status(),
                    refused.problem(),
                    refused.code(),
                    refused.field()));
    refused
        .retryAfter()
        .ifPresent(after -> {
          long millis = Math.max(1, Math.ceilDiv(after.toNanos(), 1_000_000));
          response.header(HttpHeaders.RETRY_AFTER, String.valueOf(Math.ceilDiv(millis, 1000)));
          response.header(RETRY_AFTER_MILLIS, String.valueOf(millis));
        });
    if (refused.status() == HttpStatus.UNAUTHORIZED) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    return response;
  }
}
