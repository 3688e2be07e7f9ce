package dev.lockstep.inference.http;

import dev.lockstep.inference.admission.Tenant;
import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.ApiKeys;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.Set;

/**
 * Lets nobody without a key past what is open: health, metrics, and the description of the API with
 * its page. Whatever is not named here is closed, and so is every other spelling of what is.
 */
@ServerFilter("/**")
final class ApiKeyFilter {
  /** The request's attribute that says who asks. */
  static final String TENANT = "lockstep.tenant";

  private static final Set<String> OPEN =
      Set.of("/healthz", "/metrics", "/v2/health/live", "/v2/health/ready", "/swagger-ui");

  /** Files in the jar, the same for everybody. */
  private static final Set<String> OPEN_FOLDERS = Set.of("/swagger/", "/swagger-ui/");

  /** Closed by {@link OperatorFilter}, for keys of its own. */
  private static final String REPOSITORY = "/v2/repository/";

  private final ApiKeys keys;

  ApiKeyFilter(ApiKeys keys) {
    this.keys = keys;
  }

  @RequestFilter
  void requireKey(HttpRequest<?> request) {
    if (isOpen(request.getPath()) || request.getPath().startsWith(REPOSITORY)) {
      return;
    }
    String authorization = request.getHeaders().get(HttpHeaders.AUTHORIZATION, String.class, "");
    Tenant tenant = keys.tenant(authorization).orElseThrow(ApiException::unauthenticated);
    request.setAttribute(TENANT, tenant);
  }

  private static boolean isOpen(String path) {
    return OPEN.contains(path) || OPEN_FOLDERS.stream().anyMatch(path::startsWith);
  }
}
