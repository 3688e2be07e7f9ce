package dev.lockstep.inference.http;

import dev.lockstep.inference.admission.Tenant;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Lets nobody without a key past the health checks and the metrics. */
@ServerFilter({"/v1/**", "/v2", "/v2/", "/v2/models/**"})
final class ApiKeyFilter {
  /** The request's attribute that says who asks. */
  static final String TENANT = "lockstep.tenant";

  private final ApiKeys keys;

  ApiKeyFilter(ApiKeys keys) {
    this.keys = keys;
  }

  @RequestFilter
  void requireKey(HttpRequest<?> request) {
    String authorization = request.getHeaders().get(HttpHeaders.AUTHORIZATION, String.class, "");
    Tenant tenant = keys.tenant(authorization).orElseThrow(ApiException::unauthenticated);
    request.setAttribute(TENANT, tenant);
  }
}
