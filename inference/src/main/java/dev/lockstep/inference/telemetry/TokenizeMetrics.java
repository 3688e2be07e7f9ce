package dev.lockstep.inference.telemetry;

import dev.lockstep.inference.text.TokenizeListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;

/** How long texts take to become tokens, for Prometheus and for the request's trace. */
@Singleton
final class TokenizeMetrics implements TokenizeListener {
  private final Timer duration;
  private final Traces traces;

  TokenizeMetrics(MeterRegistry registry, Traces traces) {
    this.traces = traces;
    this.duration =
        Timer.builder("inference.tokenize.duration")
            .description("from texts to tokens, one a request")
            .publishPercentileHistogram()
            .register(registry);
  }

  @Override
  public void tokenized(int texts, long tokens, Duration took) {
    duration.record(took);
    traces.tokenized(texts, tokens, took);
  }
}
