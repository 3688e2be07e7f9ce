package dev.lockstep.inference;

import dev.lockstep.inference.admission.Admission;
import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.batching.BatchListener;
import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.Lanes;
import dev.lockstep.inference.batching.Ticker;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.EngineSettings;
import dev.lockstep.inference.engine.OnnxEngine;
import dev.lockstep.inference.lifecycle.Liveness;
import dev.lockstep.inference.lifecycle.ModelLoader;
import dev.lockstep.inference.lifecycle.Models;
import dev.lockstep.inference.lifecycle.Readiness;
import dev.lockstep.inference.lifecycle.Repository;
import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.inference.serving.ApiKeys;
import dev.lockstep.inference.serving.Budget;
import dev.lockstep.inference.serving.OperatorKeys;
import dev.lockstep.inference.settings.Setting;
import dev.lockstep.inference.telemetry.FleetMetrics;
import dev.lockstep.inference.telemetry.GpuMonitor;
import dev.lockstep.inference.telemetry.Nvml;
import dev.lockstep.inference.text.Limits;
import dev.lockstep.inference.text.TokenizeListener;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Puts the parts together; every setting with a default is named here. */
@Factory
final class Wiring {
  @Singleton
  Ticker ticker() {
    return Ticker.SYSTEM;
  }

  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  /**
   * Where nobody brings an engine, a device that is not there is refused before anything starts.
   */
  @Singleton
  EngineSettings engineSettings(
      Optional<Engine> engine,
      @Property(name = "lockstep.lanes")
          @Setting(value = "runs side by side", byDefault = "the cores; 1 on a GPU")
          Optional<Integer> lanes,
      @Property(name = "lockstep.provider", defaultValue = "cpu")
          @Setting(
              "cpu, cuda or tensorrt; one that is not there is refused at start, never replaced by"
                  + " the CPU. The GPU providers need onnxruntime_gpu in place of onnxruntime, and"
                  + " have not run on a GPU yet")
          String provider,
      @Property(name = "lockstep.gpu", defaultValue = "0") @Setting("the GPU's number") int gpu,
      @Property(name = "lockstep.engine-cache")
          @Setting(
              "a folder where TensorRT keeps what it built; one that cannot be written to is"
                  + " refused")
          Optional<Path> engineCache,
      @Property(name = "lockstep.packing")
          @Setting(
              value =
                  "true lets texts of an embedding model share rows, so that none is padded, where"
                      + " the model's graph is one that can be rewritten so",
              byDefault = "true on a CPU, false on a GPU")
          Optional<Boolean> packing) {
    EngineSettings byDefault =
        EngineSettings.of(
            EngineSettings.Provider.named(provider), Runtime.getRuntime().availableProcessors());
    if (engine.isEmpty()) {
      OnnxEngine.requireAvailable(byDefault.provider());
    }
    return new EngineSettings(
        byDefault.provider(),
        lanes.orElse(byDefault.lanes()),
        gpu,
        engineCache,
        packing.orElse(byDefault.packing()));
  }

  @Singleton
  Lanes lanes(EngineSettings settings, Optional<Engine> engine) {
    return engine
        .map(Engine::device)
        .map(device -> new Lanes(device.lanes(), device.separate() ? 1 : 0))
        .orElseGet(() ->
            new Lanes(
                settings.lanes(), settings.provider() == EngineSettings.Provider.CPU ? 0 : 1));
  }

  @Bean(preDestroy = "close")
  @Singleton
  Batcher batcher(Lanes lanes, Ticker ticker, BatchListener listener) {
    return Batcher.start(lanes, ticker, listener);
  }

  @Singleton
  BatchLimits batchLimits(
      EngineSettings settings,
      @Property(name = "lockstep.batch.tokens")
          @Setting(
              value =
                  "tokens in a run, after padding, at most; two thirds of them unless many wait,"
                      + " and fewer where they would take more than a third of LOCKSTEP_BUDGET",
              byDefault = "384 on a CPU, 16,384 on a GPU")
          Optional<Integer> tokens,
      @Property(name = "lockstep.batch.rows")
          @Setting(value = "rows in a run", byDefault = "32 on a CPU, 256 on a GPU")
          Optional<Integer> rows) {
    boolean cpu = settings.provider() == EngineSettings.Provider.CPU;
    return new BatchLimits(
        tokens.orElse(cpu ? 384 : 16_384), rows.orElse(cpu ? 32 : 256), cpu ? 1 : 8);
  }

  /** A given engine is for the embedded model. */
  @Singleton
  Repository repository(
      EngineSettings settings,
      Optional<Engine> given,
      Batcher batcher,
      BatchLimits limits,
      TokenizeListener listener,
      @Property(name = "lockstep.model", defaultValue = "")
          @Setting(value = "a model folder, or a folder of them", byDefault = "the embedded model")
          String folder,
      @Property(name = "lockstep.dtype", defaultValue = "fp32")
          @Setting("fp32 or int8, of the embedded model")
          String dtype,
      @Property(name = "lockstep.budget", defaultValue = Budget.UNLESS_SET) Duration budget) {
    ModelLoader loader = new ModelLoader(batcher, Limits.DEFAULT, limits, budget, listener);
    return folder.isEmpty()
        ? Repositories.embedded(EmbeddedModel.of(dtype), loader, settings, given)
        : Repositories.folders(Path.of(folder), loader, settings);
  }

  @Bean(preDestroy = "close")
  @Singleton
  Models models(Repository repository) {
    return new Models(repository);
  }

  @Singleton
  Liveness liveness(
      Batcher batcher,
      @Property(name = "lockstep.longest-run", defaultValue = "30s")
          @Setting("a run that takes longer hangs, and the task is not alive")
          Duration longestRun) {
    return new Liveness(batcher, longestRun);
  }

  @Singleton
  FleetMetrics fleetMetrics() {
    return new FleetMetrics();
  }

  @Bean(preDestroy = "close")
  @Singleton
  GpuMonitor gpuMonitor(EngineSettings settings) {
    return switch (settings.provider()) {
      case CPU -> GpuMonitor.NONE;
      case CUDA, TENSORRT -> Nvml.open(settings.gpu());
    };
  }

  /** Made at once: a bound that cannot be would be found out by the first request. */
  @Context
  Admission admission(
      ApiKeys keys,
      @Property(name = "lockstep.max-in-flight", defaultValue = "1024")
          @Setting("requests under way, a bound on memory")
          int maxInFlight,
      @Property(name = "lockstep.budget", defaultValue = Budget.UNLESS_SET)
          @Setting("the default deadline")
          Duration budget) {
    return new Admission(maxInFlight, budget, keys.severalTenants());
  }

  @Singleton
  Readiness readiness() {
    return new Readiness();
  }

  /** Made at once, so that a server without keys never opens its port. */
  @Context
  ApiKeys apiKeys(
      @Property(name = "lockstep.api-keys", defaultValue = "")
          @Setting(
              value =
                  "keys, separated by commas; several so that one can be replaced while it is in"
                      + " use, and each a tenant",
              byDefault = "none: the server refuses to start")
          String keys,
      @Property(name = "lockstep.anonymous", defaultValue = "false")
          @Setting("true lets everybody in")
          boolean anonymous) {
    return ApiKeys.of(keys, anonymous);
  }

  /** Made at once too: a key that is both an operator's and a caller's never opens the port. */
  @Context
  OperatorKeys operatorKeys(
      ApiKeys callers,
      @Property(name = "lockstep.operator-keys", defaultValue = "")
          @Setting(
              value = "keys for the model repository, none of them an API key",
              byDefault = "none: it is closed")
          String keys) {
    return OperatorKeys.of(keys, callers);
  }
}
