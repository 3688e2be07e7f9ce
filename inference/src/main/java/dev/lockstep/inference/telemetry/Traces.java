package dev.lockstep.inference.telemetry;

import dev.lockstep.inference.batching.RunListener;
import dev.lockstep.inference.batching.Ticker;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A trace a request: one span of the server, and below it one for tokenizing, and for each run that
 * the request was in one for the wait and one for the device. Attributes hold sizes and names of
 * routes, never a text, a token or a key. {@link HttpTraces} and {@link CallTraces} say what each
 * protocol's span is called.
 */
final class Traces {
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("lockstep.outcome");
  private static final AttributeKey<Long> TEXTS = AttributeKey.longKey("lockstep.texts");
  private static final AttributeKey<Long> TOKENS = AttributeKey.longKey("lockstep.tokens");
  private static final AttributeKey<Long> ROWS = AttributeKey.longKey("lockstep.batch.rows");
  private static final AttributeKey<Long> BATCH_TOKENS =
      AttributeKey.longKey("lockstep.batch.tokens");
  private static final AttributeKey<Long> PADDED =
      AttributeKey.longKey("lockstep.batch.padded_tokens");

  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final Ticker ticker;
  private final Clock clock;

  Traces(OpenTelemetry telemetry, Ticker ticker, Clock clock) {
    this.tracer = telemetry.getTracer("dev.lockstep.inference");
    this.propagator = telemetry.getPropagators().getTextMapPropagator();
    this.ticker = ticker;
    this.clock = clock;
  }

  /**
   * Begins a request's span, below the caller's where it sent a {@code traceparent}.
   *
   * @param headers how the request's headers are read
   */
  <R> Trace begin(R request, TextMapGetter<R> headers, String name, Attributes attributes) {
    Context parent = propagator.extract(Context.root(), request, headers);
    Span span =
        tracer
            .spanBuilder(name)
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .setAllAttributes(attributes)
            .startSpan();
    return new Trace(parent.with(span));
  }

  static void outcome(Context trace, String outcome) {
    Span.fromContext(trace).setAttribute(OUTCOME, outcome);
  }

  /** Tokenizing has ended just now, on this thread. */
  void tokenized(int texts, long tokens, Duration took) {
    Context trace = Context.current();
    if (!Span.fromContext(trace).isRecording()) {
      return;
    }
    long ended = ticker.nanos();
    Span span =
        tracer
            .spanBuilder("tokenize")
            .setParent(trace)
            .setStartTimestamp(epoch(ended - took.toNanos()), TimeUnit.NANOSECONDS)
            .setAttribute(TEXTS, (long) texts)
            .setAttribute(TOKENS, tokens)
            .startSpan();
    span.end(epoch(ended), TimeUnit.NANOSECONDS);
  }

  /** Hears of the runs of a request; nothing where that is not traced. */
  RunListener runs(Context trace) {
    return Span.fromContext(trace).isRecording() ? run -> ran(trace, run) : RunListener.NONE;
  }

  private void ran(Context trace, RunListener.Run run) {
    tracer
        .spanBuilder("queue")
        .setParent(trace)
        .setStartTimestamp(epoch(run.queuedNanos()), TimeUnit.NANOSECONDS)
        .startSpan()
        .end(epoch(run.startedNanos()), TimeUnit.NANOSECONDS);
    tracer
        .spanBuilder("inference")
        .setParent(trace)
        .setStartTimestamp(epoch(run.startedNanos()), TimeUnit.NANOSECONDS)
        .setAttribute(ROWS, (long) run.report().rows())
        .setAttribute(BATCH_TOKENS, run.report().tokens())
        .setAttribute(PADDED, run.report().paddedTokens())
        .startSpan()
        .end(epoch(run.endedNanos()), TimeUnit.NANOSECONDS);
  }

  /** From the ticker's line, which has no date, to nanoseconds since 1970. */
  private long epoch(long nanos) {
    Instant then = clock.instant().minusNanos(ticker.nanos() - nanos);
    return TimeUnit.SECONDS.toNanos(then.getEpochSecond()) + then.getNano();
  }
}
