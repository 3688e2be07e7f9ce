package dev.lockstep.inference.http;

import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/**
 * The API's page may load and call this server and nothing else, which a browser then holds it to.
 *
 * @see <a href="https://www.w3.org/TR/CSP3/">Content Security Policy</a>
 */
@ServerFilter({"/swagger-ui", "/swagger-ui/**"})
final class PageFilter {
  @ResponseFilter
  void confine(MutableHttpResponse<?> response) {
    response.header(
        "Content-Security-Policy",
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; frame-ancestors 'none'");
  }
}
