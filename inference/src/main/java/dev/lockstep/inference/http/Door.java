package dev.lockstep.inference.http;

import dev.lockstep.inference.serving.RequestGuard;
import dev.lockstep.inference.telemetry.RequestMetrics;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import org.jspecify.annotations.Nullable;

/**
 * Where inference is refused under overload: before its body is read or its route called, and
 * without an exception, whose handler Micronaut would look up each time. A refusal is all that an
 * overloaded server does for most of its callers; what it costs is missing to those let in.
 */
@ServerFilter(
    patterns = {"/v1/embeddings", "/v1/rerank", "/rerank", "/v1/classify", "/v2/models/**"},
    methods = HttpMethod.POST)
final class Door {
  /** Who has no key learns nothing of the load. */
  private static final int AFTER_KEYS = 100;

  private final RequestGuard guard;
  private final ErrorAnswers answers;

  Door(RequestGuard guard, ErrorAnswers answers) {
    this.guard = guard;
    this.answers = answers;
  }

  /** The refusal; nothing when the request may come in. */
  @RequestFilter
  @Order(AFTER_KEYS)
  @Nullable HttpResponse<?> refuse(HttpRequest<?> request) {
    return guard
        .atDoor(new HttpIncoming(request), endpoint(request.getPath()))
        .map(refused -> answers.answer(request, refused))
        .orElse(null);
  }

  private static RequestMetrics.Endpoint endpoint(String path) {
    if (path.endsWith("/embeddings")) {
      return RequestMetrics.Endpoint.EMBEDDINGS;
    }
    if (path.endsWith("/rerank")) {
      return RequestMetrics.Endpoint.RERANK;
    }
    return path.endsWith("/classify")
        ? RequestMetrics.Endpoint.CLASSIFY
        : RequestMetrics.Endpoint.INFER;
  }
}
