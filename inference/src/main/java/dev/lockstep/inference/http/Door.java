package dev.lockstep.inference.http;

import dev.lockstep.inference.serving.RequestGuard;
import dev.lockstep.inference.telemetry.RequestMetrics;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.netty.NettyHttpRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where inference is refused under overload that {@link HeadRefusals} left to the framework: before
 * its route is called, and without an exception.
 */
@ServerFilter(
    patterns = {"/v1/embeddings", "/v1/rerank", "/rerank", "/v1/classify", "/v2/models/**"},
    methods = HttpMethod.POST)
final class Door {
  /** Who has no key learns nothing of the load. */
  private static final int AFTER_KEYS = 100;

  private final HeadRefusals heads;
  private final RequestGuard guard;
  private final ErrorAnswers answers;

  Door(HeadRefusals heads, RequestGuard guard, ErrorAnswers answers) {
    this.heads = heads;
    this.guard = guard;
    this.answers = answers;
  }

  /** The refusal; nothing when the request may come in. */
  @RequestFilter
  @Order(AFTER_KEYS)
  @Nullable HttpResponse<?> refuse(HttpRequest<?> request) {
    return endpoint(request.getPath())
        .filter(_ -> !isJudged(request))
        .flatMap(endpoint -> guard.atDoor(new HttpIncoming(request), endpoint))
        .map(refused -> answers.answer(request, refused))
        .orElse(null);
  }

  private boolean isJudged(HttpRequest<?> request) {
    return request instanceof NettyHttpRequest<?> netty && heads.judges(netty.getNativeRequest());
  }

  /** What a path asks for; nothing when it is no inference. */
  static Optional<RequestMetrics.Endpoint> endpoint(String path) {
    return switch (path) {
      case "/v1/embeddings" -> Optional.of(RequestMetrics.Endpoint.EMBEDDINGS);
      case "/v1/rerank", "/rerank" -> Optional.of(RequestMetrics.Endpoint.RERANK);
      case "/v1/classify" -> Optional.of(RequestMetrics.Endpoint.CLASSIFY);
      default ->
          path.startsWith("/v2/models/") && path.endsWith("/infer")
              ? Optional.of(RequestMetrics.Endpoint.INFER)
              : Optional.empty();
    };
  }
}
