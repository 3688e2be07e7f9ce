package dev.lockstep.inference;

import dev.lockstep.inference.admission.Admission;
import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.batching.BatchListener;
import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.Lanes;
import dev.lockstep.inference.batching.Ticker;
import dev.lockstep.inference.engine.Device;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.EngineSettings;
import dev.lockstep.inference.engine.ModelSource;
import dev.lockstep.inference.engine.OnnxEngine;
import dev.lockstep.inference.http.ApiKeys;
import dev.lockstep.inference.lifecycle.ModelLoader;
import dev.lockstep.inference.lifecycle.Models;
import dev.lockstep.inference.lifecycle.Readiness;
import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.inference.text.Limits;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Puts the parts together; every setting with a default is named here. */
@Factory
final class Wiring {
  @Singleton
  Ticker ticker() {
    return Ticker.SYSTEM;
  }

  @Singleton
  EngineSettings engineSettings(
      @Property(name = "lockstep.lanes") Optional<Integer> lanes,
      @Property(name = "lockstep.provider", defaultValue = "cpu") String provider) {
    EngineSettings byDefault =
        EngineSettings.of(
            EngineSettings.Provider.named(provider), Runtime.getRuntime().availableProcessors());
    return lanes
        .map(chosen ->
            new EngineSettings(
                byDefault.provider(), chosen, byDefault.gpu(), byDefault.engineCache()))
        .orElse(byDefault);
  }

  @Bean(preDestroy = "close")
  @Singleton
  Batcher batcher(
      EngineSettings settings, Optional<Engine> engine, Ticker ticker, BatchListener listener) {
    Lanes lanes =
        engine
            .map(Engine::device)
            .map(Wiring::lanes)
            .orElseGet(() ->
                new Lanes(
                    settings.lanes(), settings.provider() == EngineSettings.Provider.CPU ? 0 : 1));
    return Batcher.start(lanes, ticker, listener);
  }

  private static Lanes lanes(Device device) {
    return new Lanes(device.lanes(), device.separate() ? 1 : 0);
  }

  @Singleton
  BatchLimits batchLimits(
      EngineSettings settings,
      @Property(name = "lockstep.batch.tokens") Optional<Integer> tokens,
      @Property(name = "lockstep.batch.rows") Optional<Integer> rows) {
    boolean cpu = settings.provider() == EngineSettings.Provider.CPU;
    return new BatchLimits(
        tokens.orElse(cpu ? 256 : 16_384), rows.orElse(cpu ? 32 : 256), cpu ? 1 : 8);
  }

  @Bean(preDestroy = "close")
  @Singleton
  Models models(
      EngineSettings settings, Optional<Engine> given, Batcher batcher, BatchLimits limits) {
    ModelLoader loader = new ModelLoader(batcher, Limits.DEFAULT, limits);
    return new Models(
        Map.of(
            EmbeddedModel.NAME,
            () ->
                loader.load(
                    EmbeddedModel.card(),
                    () ->
                        given.orElseGet(() ->
                            OnnxEngine.load(new ModelSource.Bytes(EmbeddedModel.onnx()), settings)),
                    EmbeddedModel::tokenizer)));
  }

  @Singleton
  Admission admission(
      ApiKeys keys,
      @Property(name = "lockstep.max-in-flight", defaultValue = "1024") int maxInFlight,
      @Property(name = "lockstep.budget", defaultValue = "200ms") Duration budget) {
    return new Admission(maxInFlight, budget, keys.severalTenants());
  }

  @Singleton
  Readiness readiness() {
    return new Readiness();
  }

  /** Made at once, so that a server without keys never opens its port. */
  @Context
  ApiKeys apiKeys(
      @Property(name = "lockstep.api-keys", defaultValue = "") String keys,
      @Property(name = "lockstep.anonymous", defaultValue = "false") boolean anonymous) {
    return ApiKeys.of(keys, anonymous);
  }
}
