package dev.lockstep.inference.lifecycle;

import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the models when the server starts, and stops taking requests when it ends. */
@Singleton
final class Life {
  private static final Logger LOG = LoggerFactory.getLogger(Life.class);

  private final Models models;
  private final Readiness readiness;

  Life(Models models, Readiness readiness) {
    this.models = models;
    this.readiness = readiness;
  }

  /**
   * Ready means that every model that can serve does.
   *
   * @throws IllegalStateException when none can, so that the task ends and its log says why
   */
  @EventListener
  void onStartup(StartupEvent started) {
    long start = System.nanoTime();
    models.loadAll();
    models
        .states()
        .forEach((name, state) -> {
          if (state instanceof ModelState.Refused(String reason)) {
            LOG.error("model {} is refused: {}", name, reason);
          }
        });
    if (models.ready().isEmpty()) {
      throw new IllegalStateException("no model can be served: " + models.states());
    }
    readiness.warmedUp();
    LOG.info("ready with {} after {} ms", models.ready(), (System.nanoTime() - start) / 1_000_000);
  }

  @EventListener
  void onShutdown(ShutdownEvent stopping) {
    readiness.drain();
  }
}
