package dev.lockstep.inference.telemetry;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line of JSON a request: never a body, a query or a header. Off unless {@code
 * LOCKSTEP_ACCESS_LOG=true}: the load balancer writes one already, and at 500 requests/s the lines
 * are 250 GB a month.
 */
@ServerFilter("/**")
@Requires(property = "lockstep.access-log", value = "true")
final class AccessLog {
  static final Logger LINES = LoggerFactory.getLogger("lockstep.access");

  /** Version, trace, span, flags; the trace of a caller's own is written only if it is one. */
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

  private static final String START = "lockstep.start";

  private final JsonMapper json;

  AccessLog(JsonMapper json) {
    this.json = json;
  }

  @RequestFilter
  void begin(HttpRequest<?> request) {
    request.setAttribute(START, System.nanoTime());
  }

  @ResponseFilter
  void end(HttpRequest<?> request, HttpResponse<?> response) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", Instant.now().toString());
    line.put("method", request.getMethodName());
    line.put("path", request.getPath());
    line.put("status", response.code());
    request
        .getAttribute(START, Long.class)
        .ifPresent(start -> line.put("ms", (System.nanoTime() - start) / 1e6));
    traces(line, HttpTraces.of(request), request.getHeaders()::findFirst);
    LINES.info(json.writeValueAsString(line));
  }

  /**
   * Two ids, because the load balancer's own is none of OpenTelemetry's. The latter is that of this
   * server's span, or, where it keeps none, of the caller's.
   */
  static void traces(
      Map<String, Object> line, Trace own, Function<String, Optional<String>> header) {
    header.apply("X-Amzn-Trace-Id").ifPresent(trace -> line.put("trace", trace));
    own.id()
        .or(() ->
            header
                .apply("traceparent")
                .map(TRACEPARENT::matcher)
                .filter(Matcher::matches)
                .map(matched -> matched.group(1)))
        .ifPresent(trace -> line.put("trace_id", trace));
  }
}
