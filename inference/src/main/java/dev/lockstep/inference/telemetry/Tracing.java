package dev.lockstep.inference.telemetry;

import dev.lockstep.inference.batching.Ticker;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.env.Environment;
import io.micronaut.core.naming.conventions.StringConvention;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * OpenTelemetry as its own settings say, {@code OTEL_TRACES_SAMPLER} and all the others; off, and
 * free of cost, unless {@code OTEL_EXPORTER_OTLP_ENDPOINT} says where traces go.
 *
 * @see <a href="https://opentelemetry.io/docs/languages/java/configuration/">Configuring the
 *     SDK</a>
 */
@Factory
final class Tracing {
  static final String ENDPOINT = "otel.exporter.otlp.endpoint";

  @Bean(preDestroy = "close")
  @Singleton
  @Requires(property = ENDPOINT)
  OpenTelemetrySdk sdk(
      Environment environment,
      @Property(name = "lockstep.service", defaultValue = "lockstep-inference") String service) {
    Map<String, String> settings = new HashMap<>();
    // Metrics go to Prometheus and CloudWatch, logs to standard output.
    settings.put("otel.metrics.exporter", "none");
    settings.put("otel.logs.exporter", "none");
    settings.put("otel.exporter.otlp.protocol", "http/protobuf");
    settings.put("otel.service.name", service);
    environment
        .getProperties("otel", StringConvention.RAW)
        .forEach((name, value) -> settings.put("otel." + name, value.toString()));
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> settings)
        .disableShutdownHook()
        .build()
        .getOpenTelemetrySdk();
  }

  @Singleton
  Traces traces(Optional<OpenTelemetrySdk> sdk, Ticker ticker, Clock clock) {
    return new Traces(
        sdk.map(OpenTelemetry.class::cast).orElseGet(OpenTelemetry::noop), ticker, clock);
  }
}
