package dev.lockstep.inference.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import java.util.Optional;

/** One request's trace, for whoever carries it from its arrival to its answer. */
public final class Trace {
  /** Of a request that is not traced. */
  public static final Trace NONE = new Trace(Context.root());

  private final Context context;

  Trace(Context context) {
    this.context = context;
  }

  Context context() {
    return context;
  }

  /** What a log line may be found by. */
  Optional<String> id() {
    return Optional.of(Span.fromContext(context).getSpanContext())
        .filter(SpanContext::isValid)
        .map(SpanContext::getTraceId);
  }
}
