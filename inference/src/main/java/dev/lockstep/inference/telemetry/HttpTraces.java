package dev.lockstep.inference.telemetry;

import io.micronaut.http.BasicHttpAttributes;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.jspecify.annotations.Nullable;

/**
 * The span of a request by HTTP.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/">Semantic conventions
 *     for HTTP spans</a>
 */
public final class HttpTraces {
  /** The request's attribute that holds its {@link Trace}. */
  private static final String TRACE = "lockstep.trace";

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  private HttpTraces() {}

  static void begin(Traces traces, HttpRequest<?> request) {
    Attributes attributes =
        Attributes.of(
            METHOD,
            request.getMethodName(),
            PATH,
            request.getPath(),
            SCHEME,
            request.isSecure() ? "https" : "http");
    request.setAttribute(
        TRACE, traces.begin(request, Headers.GETTER, request.getMethodName(), attributes));
  }

  /** Ends it when its answer is handed to the connection. */
  static void end(HttpRequest<?> request, HttpResponse<?> response) {
    Span span = Span.fromContext(of(request).context());
    BasicHttpAttributes.getUriTemplate(request)
        .ifPresent(route -> {
          span.updateName(request.getMethodName() + " " + route);
          span.setAttribute(ROUTE, route);
        });
    span.setAttribute(STATUS, (long) response.code());
    if (response.code() >= 500) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  /** The request's own; {@link Trace#NONE} where it is not traced. */
  public static Trace of(HttpRequest<?> request) {
    return request.getAttribute(TRACE, Trace.class).orElse(Trace.NONE);
  }

  private enum Headers implements TextMapGetter<HttpRequest<?>> {
    GETTER;

    @Override
    public @Nullable String get(@Nullable HttpRequest<?> request, String name) {
      return request == null ? null : request.getHeaders().get(name);
    }
  }
}
