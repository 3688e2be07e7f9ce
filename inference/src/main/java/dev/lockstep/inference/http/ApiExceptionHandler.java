package dev.lockstep.inference.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;
import java.util.Map;

/** Answers an {@link ApiException}. */
@Singleton
final class ApiExceptionHandler
    implements ExceptionHandler<ApiException, HttpResponse<Map<String, Object>>> {

  /** A task works off what it holds in well under this. */
  private static final String RETRY_AFTER_SECONDS = "1";

  @Override
  @SuppressWarnings("rawtypes") // as the interface declares it
  public HttpResponse<Map<String, Object>> handle(HttpRequest request, ApiException refused) {
    MutableHttpResponse<Map<String, Object>> response =
        HttpResponse.<Map<String, Object>>status(refused.status())
            .body(
                ErrorBody.of(
                    request.getPath(),
                    refused.status(),
                    refused.problem(),
                    refused.code(),
                    refused.field()));
    if (refused.status() == HttpStatus.TOO_MANY_REQUESTS) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    if (refused.status() == HttpStatus.UNAUTHORIZED) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    return response;
  }
}
