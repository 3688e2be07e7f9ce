package dev.lockstep.inference;

import dev.lockstep.inference.admission.AdmissionGate;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.OnnxEngine;
import dev.lockstep.inference.http.ApiKeys;
import dev.lockstep.inference.lifecycle.Readiness;
import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.inference.model.ModelCard;
import dev.lockstep.inference.text.Embedder;
import dev.lockstep.inference.text.Limits;
import dev.lockstep.inference.text.TextTokenizer;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** Puts the parts together; every setting with a default is named here. */
@Factory
final class Wiring {
  @Singleton
  ModelCard model() {
    return ModelCard.ALL_MINILM_L6_V2;
  }

  @Bean(preDestroy = "close")
  @Singleton
  @Requires(missingBeans = Engine.class)
  Engine engine(
      @Property(name = "lockstep.intra-op-threads", defaultValue = "1") int threads,
      @Property(name = "lockstep.provider", defaultValue = "cpu") String provider,
      @Property(name = "lockstep.model", defaultValue = "") String modelFolder) {
    ServedHere.require(provider, modelFolder);
    return OnnxEngine.load(EmbeddedModel.onnx(), threads);
  }

  @Bean(preDestroy = "close")
  @Singleton
  TextTokenizer tokenizer() {
    return TextTokenizer.load(EmbeddedModel.tokenizer());
  }

  @Singleton
  Embedder embedder(ModelCard model, TextTokenizer tokenizer, Engine engine) {
    return new Embedder(model, tokenizer, engine, Limits.DEFAULT);
  }

  @Singleton
  AdmissionGate gate(
      @Property(name = "lockstep.max-in-flight", defaultValue = "64") int maxInFlight) {
    return new AdmissionGate(maxInFlight);
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
