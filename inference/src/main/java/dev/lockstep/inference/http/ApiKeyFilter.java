package dev.lockstep.inference.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Lets nobody without a key past the health checks and the metrics. */
@ServerFilter({"/v1/**", "/v2/models/**"})
final class ApiKeyFilter {
  private final ApiKeys keys;

  ApiKeyFilter(ApiKeys keys) {
    this.keys = keys;
  }

  @RequestFilter
  void requireKey(HttpRequest<?> request) {
    if (!keys.admits(request.getHeaders().get(HttpHeaders.AUTHORIZATION, String.class, ""))) {
      throw ApiException.unauthenticated();
    }
  }
}
