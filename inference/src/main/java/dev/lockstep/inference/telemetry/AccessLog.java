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
  private static final Logger LINES = LoggerFactory.getLogger("lockstep.access");
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
    request.getHeaders().findFirst("X-Amzn-Trace-Id").ifPresent(trace -> line.put("trace", trace));
    LINES.info(json.writeValueAsString(line));
  }
}
