package dev.lockstep.inference.telemetry;

import io.micronaut.context.annotation.Requires;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The span of a call by gRPC; there is one only where traces are on.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/rpc/grpc/">Semantic conventions for
 *     gRPC</a>
 */
@Singleton
@Requires(property = Tracing.ENDPOINT)
public final class CallTraces {
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system");
  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("rpc.service");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<Long> STATUS = AttributeKey.longKey("rpc.grpc.status_code");

  /** Those of gRPC's codes that are the server's own doing, as the conventions list them. */
  private static final Set<String> SERVER_ERRORS =
      Set.of(
          "UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS");

  private final Traces traces;

  CallTraces(Traces traces) {
    this.traces = traces;
  }

  /**
   * Begins a call's span, below the caller's where it sent a {@code traceparent}.
   *
   * @param method as gRPC writes it, {@code service/method}
   */
  public Trace begin(String method, Function<String, Optional<String>> headers) {
    int slash = method.indexOf('/');
    Attributes attributes =
        Attributes.of(
            SYSTEM,
            "grpc",
            SERVICE,
            method.substring(0, Math.max(slash, 0)),
            METHOD,
            method.substring(slash + 1));
    return traces.begin(headers, Headers.GETTER, method, attributes);
  }

  /**
   * Ends it with the call.
   *
   * @param code gRPC's number of the status
   * @param status its name
   */
  public void end(Trace trace, int code, String status) {
    Span span = Span.fromContext(trace.context());
    span.setAttribute(STATUS, (long) code);
    if (SERVER_ERRORS.contains(status)) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  private enum Headers implements TextMapGetter<Function<String, Optional<String>>> {
    GETTER;

    @Override
    public @Nullable String get(@Nullable Function<String, Optional<String>> headers, String name) {
      return headers == null ? null : headers.apply(name).orElse(null);
    }
  }
}
