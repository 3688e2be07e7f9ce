package dev.lockstep.inference.http;

import dev.lockstep.inference.admission.BodyRoom;
import dev.lockstep.inference.telemetry.RequestMetrics;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.HttpServerConfiguration;
import java.util.Locale;
import java.util.Optional;

/**
 * Lets a body in only where there is room for it, before it is read: by what its header declares,
 * or, where it declares nothing, by the most that any may have. The room is free again when the
 * request has its answer, or its connection has closed.
 */
@ServerFilter("/**")
@Order(BodyFilter.AFTER_THE_KEYS)
final class BodyFilter {
  /** So that only who has a key can fill the room. */
  static final int AFTER_THE_KEYS = 10;

  private static final String PLACE = "lockstep.body";

  private final BodyRoom room;
  private final RequestMetrics metrics;
  private final long most;

  BodyFilter(BodyRoom room, RequestMetrics metrics, HttpServerConfiguration server) {
    this.room = room;
    this.metrics = metrics;
    this.most = server.getMaxRequestSize();
  }

  @RequestFilter
  void takeRoom(HttpRequest<?> request) {
    long bytes = declared(request);
    if (bytes == 0 || bytes > most) {
      // Too large by itself: the framework refuses it, and does not read it either.
      return;
    }
    if (bytes > room.capacity()) {
      throw ApiException.tooLarge(bytes, room.capacity());
    }
    BodyRoom.Place place = room.take(bytes).orElseThrow(() -> refusal(request));
    Runnable endWatch = HungUp.watch(request, place::close);
    request.setAttribute(
        PLACE,
        (Runnable) () -> {
          endWatch.run();
          place.close();
        });
  }

  private long declared(HttpRequest<?> request) {
    if (request.getHeaders().contains(HttpHeaders.TRANSFER_ENCODING)) {
      return most;
    }
    return Math.max(0, request.getContentLength());
  }

  /** Counted like any other refusal, because it is demand that was not met. */
  private ApiException refusal(HttpRequest<?> request) {
    ApiException refused = ApiException.refused(room.refusal());
    endpoint(request.getPath())
        .map(metrics::arrives)
        .ifPresent(arrival -> {
          arrival.refused(room.refusal().reason().name().toLowerCase(Locale.ROOT));
          arrival.ends(refused.outcome());
        });
    return refused;
  }

  private static Optional<RequestMetrics.Endpoint> endpoint(String path) {
    return switch (path) {
      case "/v1/embeddings" -> Optional.of(RequestMetrics.Endpoint.EMBEDDINGS);
      case "/v1/rerank", "/rerank" -> Optional.of(RequestMetrics.Endpoint.RERANK);
      case "/v1/classify" -> Optional.of(RequestMetrics.Endpoint.CLASSIFY);
      default ->
          path.endsWith("/infer") ? Optional.of(RequestMetrics.Endpoint.INFER) : Optional.empty();
    };
  }

  @ResponseFilter
  void giveBack(HttpRequest<?> request) {
    request.getAttribute(PLACE, Runnable.class).ifPresent(Runnable::run);
  }
}
